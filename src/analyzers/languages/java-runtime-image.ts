import { drive } from '../../formats/cursor.ts';
import { isRuntimeImage, modulesOfRuntime, RUNTIME_IMAGE_BEGINS } from '../../formats/java/index.ts';
import { analyzer, unknown } from '../analyzer.ts';

/** Modules that those who build runtimes put into them: Java's own, JavaFX, GraalVM's, and what vendors add. */
const OF_RUNTIMES =
  /^(?:java|jdk|javafx|oracle|openj9|jrockit|org\.graalvm|com\.(?:oracle|sun|azul|ibm|sap|amazon\.corretto))(?:\.|$)/;
const NAMED = 3;

/**
 * Java runtimes that `jlink` made with an application's modules in them: what these are is told by nothing but their names, and they are not judged.
 * https://docs.oracle.com/en/java/javase/21/docs/specs/man/jlink.html
 */
export const javaRuntimeImage = analyzer({
  name: 'java-runtime-image',
  version: 1,
  unownedOnly: true,
  begins: RUNTIME_IMAGE_BEGINS,
  magic: isRuntimeImage,
  stream(entry) {
    const reader = drive(modulesOfRuntime, entry.size);
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        const modules = reader.end();
        if (modules === undefined) return yield unknown('the index of a Java runtime that cannot be read');
        const others = [...modules].filter((name) => !OF_RUNTIMES.test(name)).sort();
        if (others.length === 0) return;
        const words = `${others.slice(0, NAMED).join(', ')}${others.length > NAMED ? ', ...' : ''}`;
        yield { kind: 'closed', as: 'inside', what: `a Java runtime with modules of others (${words})` };
      },
    };
  },
});
