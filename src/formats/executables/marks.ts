import { GO_BUILD_INFO, GO_MODULES_BEGIN } from './go-buildinfo.ts';

/** A text that the Rust compiler leaves in all that it builds: where its own sources lay. https://doc.rust-lang.org/rustc/remap-source-paths.html */
export const RUST_MARK = '/rustc/';

/** What readers of a program look for that next to none has, so that one search can look for all of it. */
export const LANGUAGE_MARKS = { goInformation: GO_BUILD_INFO, goModules: GO_MODULES_BEGIN, rust: RUST_MARK } as const;

/** Which of them begin in a view, between its `from` and `to`. */
export type MarksSeen = Readonly<Record<keyof typeof LANGUAGE_MARKS, boolean>>;
