export { classFile, type JavaClass } from './class-file.ts';
