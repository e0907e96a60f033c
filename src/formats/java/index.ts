export { classFile, type JavaClass } from './class-file.ts';
export { classesNamed } from './texts.ts';
