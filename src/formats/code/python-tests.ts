/** A module in a folder of tests of an installed package. The package that the folder is may be imported by others. */
const TEST = /\/(?:site|dist)-packages\/(?:[^/]+\/)*tests\/(?:[^/]+\/)*(?!__init__\.py$)[^/]+\.py$/;

/**
 * Whether a Python file is a test that came with an installed package, by its path in the image. A fifth of all Python code in wheels for
 * machine learning is; hardly anything that is started imports it, so that it is not read, and said to be unknown where something does.
 */
export const isInstalledTest = (path: string): boolean => path.includes('/tests/') && TEST.test(`/${path}`);
