export { classFile, type JavaClass } from './class-file.ts';
export { isRuntimeImage, modulesOfRuntime, RUNTIME_IMAGE_BEGINS } from './runtime-image.ts';
export { classesNamed } from './texts.ts';
