/** How a language marks what is no code. */
interface Marks {
  /** Lines of documentation between these. */
  readonly document: { readonly begins: RegExp; readonly ends: RegExp };
  /** Behind this line there is no more code. */
  readonly end: RegExp;
}

/** Characters of a line that are looked at: nobody writes longer ones by hand. */
const LINE = 4_000;
/** What a text that goes on over lines (a here-document) begins with: its kind, and the word that ends it. */
const HERE = /<<([~-]?)(?:(["'`])([^"'`\n]{1,80})\2|([A-Za-z_]\w{0,80}))/g;

/** The lines of a script of Perl or Ruby that are code: without documentation, comments and texts that go on over lines. */
export function* codeLines(text: string, { document, end }: Marks): Generator<string> {
  const lines = text.split(/\r?\n/);
  const last = new Map<string, number>();
  // A shift to the left looks the same (`1 <<WIDTH`): no line ends it.
  for (const [at, line] of lines.entries()) if (line.length < 100) last.set(line.trim(), at);
  let inDocument = false;
  const until: string[] = [];
  for (const [at, whole] of lines.entries()) {
    if (until.length > 0) {
      if (whole.trim() === until[0]) until.shift();
      continue;
    }
    if (inDocument || document.begins.test(whole)) {
      inDocument = !document.ends.test(whole);
      continue;
    }
    if (end.test(whole)) return;
    const line = whole.slice(0, LINE).replace(/(?:^|[ \t])#(?!\{).*$/, '');
    for (const [, , , quoted, plain] of line.matchAll(HERE)) {
      const word = quoted ?? plain ?? '';
      if (until.length < HERE_TEXTS && (last.get(word.trim()) ?? -1) > at) until.push(word.trim());
    }
    if (line.trim() !== '') yield line;
  }
}

/** Texts that one line begins. */
const HERE_TEXTS = 10;
