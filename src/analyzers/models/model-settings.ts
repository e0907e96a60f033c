import { decodedText } from '../../bounded-file.ts';
import { drive } from '../../formats/cursor.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type RiskFact, unknown } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';
import { importedNames, instantiated, LONGEST_NAMED_CODE, namedCode } from './named-code.ts';
import { windows } from './windows.ts';

/** Settings of models that name code: YAML of any program, and the tables of which loaders import what they name. */
export const modelSettings = analyzer({
  name: 'model-settings',
  version: 6,
  files: [
    '**/*.yaml',
    '**/*.yml',
    '**/MLmodel',
    '**/modules.json',
    '**/config.json',
    '**/adapter_config.json',
    '**/model_index.json',
    '**/*.pmml',
  ],
  stream(entry) {
    const distinct = new Map<string, RiskFact>();
    const anchors = new Map<string, string>();
    let isPmml = !entry.path.toLowerCase().endsWith('.pmml');
    const whole: Buffer[] | undefined =
      entry.size <= LIMITS.settingsBytes && SETTINGS.test(entry.path) ? [] : undefined;
    const note = (risks: Iterable<RiskFact>): void => {
      for (const risk of risks) distinct.set(`${risk.rule} ${risk.detail}`, risk);
    };
    const reader = drive(
      (cursor) =>
        windows(cursor, LONGEST_NAMED_CODE, (text) => {
          isPmml ||= text.replaceAll('\0', '').includes('PMML');
          note(settingsRisks(entry.path, text, anchors));
        }),
      entry.size,
    );
    return {
      push(chunk, offset) {
        whole?.push(Buffer.from(chunk));
        return reader.push(chunk, offset);
      },
      end() {
        reader.end();
        if (whole !== undefined) note(instantiated(decodedText(Buffer.concat(whole))));
        const unread = isPmml ? [] : [unknown('no PMML in an encoding that is read')];
        return [...distinct.values(), ...unread];
      },
    };
  },
});

const SETTINGS = /\.(?:ya?ml|json)$|(?:^|\/)MLmodel$/;

function* settingsRisks(path: string, text: string, anchors: Map<string, string>): Iterable<RiskFact> {
  yield* namedCode(text, undefined, anchors);
  if (path.endsWith('modules.json')) yield* importedNames(text);
  if (/\.pmml$/i.test(path)) yield* outsideEntities(text.replaceAll('\0', ''));
}

/** The document type of PMML before 3.0; later ones have none. http://www.dmg.org/pmml-v2-1.html */
const DOCUMENT_TYPE =
  /<!DOCTYPE\s{1,99}PMML\s{1,99}(?:PUBLIC\s{1,99}(["'])PMML [\d.]{1,9}\1|SYSTEM)\s{1,99}(["'])(?:https?:\/\/www\.dmg\.org\/[\w./-]{1,200}|[\w.-]{1,99}\.dtd)\2\s{0,99}>/;

/** No model of its own has use for entities, or for a document type elsewhere. Other encodings than these hide them. */
function* outsideEntities(text: string): Iterable<RiskFact> {
  const risk = (detail: string): RiskFact =>
    modelRisk(
      'pmml-external-entity',
      'HIGH',
      'a reader that follows entities reads a file or an address that the model names',
      detail,
    );
  if (/<!ENTITY/i.test(text)) yield risk('an entity in its document type');
  else if (/<!DOCTYPE/i.test(text.replace(DOCUMENT_TYPE, ''))) yield risk('a document type that is not of PMML');
  const encoding = /<\?xml[^>]{1,200}\bencoding\s{0,99}=\s{0,99}["']([\w.-]{1,60})/.exec(text)?.[1];
  if (
    encoding !== undefined &&
    !/^(?:utf-?8|utf-?16(?:le|be)?|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d)$/i.test(encoding)
  )
    yield risk(`an encoding in which they would not be seen: ${encoding}`);
}
