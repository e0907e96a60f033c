import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { cargoLock } from './cargo-lock.ts';

it('crates from a registry or a repository are declared, the workspace itself is not one', () => {
  const lock = `version = 3

[[package]]
name = "itoa"
version = "1.0.9"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "af150ab688ff2122fcef229be89cb50dd66af9e01a4ff320cc137eecc9bacc38"

[[package]]
name = "tokenizers-python"
version = "0.13.2"
dependencies = [
 "itoa",
]
`;
  expect(facts(cargoLock, 'src/tokenizers/Cargo.lock', lock)).toEqual([
    {
      ...{ type: 'cargo', name: 'itoa', version: '1.0.9', role: 'declared' },
      properties: { sha256: 'af150ab688ff2122fcef229be89cb50dd66af9e01a4ff320cc137eecc9bacc38' },
    },
  ]);
});
