import { describe, expect, it } from 'vitest';
import { rNames } from './r.ts';

describe('what a text of R loads', () => {
  it('is packages that it attaches, and those that it names when it is called', () => {
    const code = rNames(
      `#!/usr/bin/env Rscript
library(ggplot2) # library(commented)
suppressPackageStartupMessages(library("data.table"))
if (!requireNamespace("httr", quietly = TRUE)) stop()
print(jsonlite::toJSON(1:3)); tools:::hidden()
source("R/helpers.R")
`,
      false,
    );
    expect(code).toMatchObject({
      uses: ['ggplot2', 'data.table'],
      mentions: ['httr', 'jsonlite', 'tools'],
      sources: ['R/helpers.R'],
    });
  });

  it('is what a NAMESPACE imports, and a DESCRIPTION depends on', () => {
    // Of ggplot2 3.4.1.
    expect(rNames('import(scales, rlang)\nimportFrom(glue,glue)\nexport(aes)\n', false).uses).toEqual([
      'scales',
      'rlang',
      'glue',
    ]);
    const description =
      'Package: ggplot2\nDepends: R (>= 3.3)\nImports: cli, glue, grDevices, grid, gtable (>=\n        0.1.1), isoband,\n        withr (>= 2.5.0)\nSuggests: covr\nLicense: MIT\n';
    expect(rNames(description, true)).toMatchObject({
      uses: [],
      mentions: ['cli', 'glue', 'grDevices', 'grid', 'gtable', 'isoband', 'withr', 'covr'],
      sources: [],
    });
  });
});
