import type { RiskFact } from '../analyzer.ts';
import { judgeGlobal } from './global-verdict.ts';
import { modelRisk } from './model-risk.ts';

/**
 * Modules and files of code that settings of Hugging Face's libraries name: transformers (`auto_map`, `custom_pipelines`), diffusers
 * (`_class_name` and the parts of a pipeline), PEFT (`auto_mapping`).
 */

type Fields = ReadonlyMap<string, unknown>;
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item: unknown) =>
    typeof item === 'string' ? [item] : Array.isArray(item) ? item.filter((part) => typeof part === 'string') : [],
  );
};

/** Code that `trust_remote_code=True` imports; from another repository than the model's it can be anything by then. */
export function* remoteCode(fields: Fields): Iterable<RiskFact> {
  const mapped = fields.get('auto_map');
  const pipelines = fields.get('custom_pipelines');
  const implementations =
    typeof pipelines === 'object' && pipelines !== null
      ? Object.values(pipelines).flatMap((pipeline: unknown) =>
          typeof pipeline === 'object' && pipeline !== null && 'impl' in pipeline ? textsIn(pipeline.impl) : [],
        )
      : [];
  const listed = [...(typeof mapped === 'object' ? textsIn(mapped) : []), ...implementations];
  if (listed.length === 0) return;
  const elsewhere = listed.some((name) => name.includes('--'));
  yield modelRisk(
    'model-remote-code',
    elsewhere ? 'MEDIUM' : 'LOW',
    elsewhere
      ? 'the model names Python code of another repository, which is fetched and imported with trust_remote_code'
      : 'the model brings Python code that is imported with trust_remote_code',
    listed.slice(0, 5).join(', '),
  );
}

/** Libraries from which pipelines and adapters take their classes, and the folders of diffusers' own pipelines. */
const LIBRARIES =
  /^(?:diffusers|transformers|peft|optimum|onnxruntime|flax|k_diffusion|sentence_transformers|timm|accelerate)(?:\.|$)|^(?:allegro|alt_diffusion|audio_diffusion|vq_diffusion|versatile_diffusion|spectrogram_diffusion|deprecated|repaint|score_sde_ve|pndm|karras_ve|stochastic_karras_ve|latent_diffusion_uncond|amused|animatediff|aura_flow|audioldm2?|blip_diffusion|bria|chroma|cogvideo|cogview[34]|consisid|consistency_models|controlnet\w*|cosmos|dance_diffusion|ddim|ddpm|deepfloyd_if|dit|easyanimate|flux\d?|hidream_image|hunyuan\w*|i2vgen_xl|kandinsky[\d_]*|kolors|latent_consistency_models|latent_diffusion|latte|ledits_pp|ltx|lumina2?|marigold|mochi|musicldm|omnigen|pag|paint_by_example|pia|pixart_alpha|qwenimage|sana|semantic_stable_diffusion|shap_e|skyreels_v2|stable_audio|stable_cascade|stable_diffusion\w*|stable_video_diffusion|t2i_adapter|text_to_video_synthesis|unclip|unidiffuser|visualcloze|wan|wuerstchen)$/;

/** Where the model that an adapter was made for may come from: PyTorch's own, or the program that trained it, which is none of the model's. */
const OF_ADAPTED = /^(?:torch|torchvision)(?:\.|$)|^__main__$/;

/** Modules that loading the settings imports by their names, without being asked whether to. `name`: of the file. */
export function* libraryCode(name: string, fields: Fields): Iterable<RiskFact> {
  const ofPipeline = name === 'model_index.json';
  const named = ofPipeline ? pipelineParts(fields) : adapted(fields);
  for (const [module, member] of named) {
    const verdict = judgeGlobal(module, member);
    const full = `${module}.${member}`;
    if (verdict.verdict === 'dangerous')
      yield modelRisk(
        'settings-import-dangerous',
        verdict.severity,
        `loading it imports ${full}`,
        `${full}: ${verdict.why}`,
      );
    else if (!LIBRARIES.test(module) && (ofPipeline || !OF_ADAPTED.test(module)))
      yield modelRisk('model-imports-module', 'HIGH', 'loading it imports a module that is not of its libraries', full);
  }
}

/** https://github.com/huggingface/diffusers/blob/main/src/diffusers/pipelines/pipeline_loading_utils.py */
function* pipelineParts(fields: Fields): Iterable<readonly [module: string, member: string]> {
  for (const [key, value] of fields) {
    if (!Array.isArray(value) || (key.startsWith('_') && key !== '_class_name')) continue;
    const [module, member]: unknown[] = value;
    if (typeof module === 'string' && typeof member === 'string') yield [module, member];
  }
}

/** https://github.com/huggingface/peft/blob/main/src/peft/auto.py */
function* adapted(fields: Fields): Iterable<readonly [module: string, member: string]> {
  const mapping = fields.get('auto_mapping');
  if (typeof mapping !== 'object' || mapping === null || !('parent_library' in mapping)) return;
  const { parent_library: module } = mapping;
  const member = 'base_model_class' in mapping ? mapping.base_model_class : undefined;
  if (typeof module === 'string') yield [module, typeof member === 'string' ? member : ''];
}
