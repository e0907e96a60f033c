import { elfNeeds, isElf } from '../../formats/executables/index.ts';
import { analyzer } from '../analyzer.ts';

/** What every program and library asks of the dynamic loader, as JSON (`ElfNeeds`). */
export const elfCode = analyzer({
  name: 'code-elf',
  version: 2,
  onDemand: true,
  begins: '\x7f',
  magic: isElf,
  stream: ({ size }) => {
    const needs = elfNeeds(size);
    return {
      push: (chunk, offset) => needs.push(chunk, offset),
      enough: () => needs.enough(),
      *end() {
        const needed = needs.end();
        if (needed !== undefined) yield { kind: 'code', language: 'elf', text: JSON.stringify(needed) };
      },
    };
  },
});
