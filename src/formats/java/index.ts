export { classFile, type JavaClass } from './class-file.ts';
export { isRuntimeImage, modulesOfRuntime } from './runtime-image.ts';
export { classesNamed } from './texts.ts';
