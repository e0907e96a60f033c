/**
 * A path as the kernel writes it in `/proc`: blanks and line ends stand there as `\040`, `\012`.
 * https://man7.org/linux/man-pages/man5/fstab.5.html
 */
export const kernelPath = (written: string): string =>
  written.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
