/**
 * Classes of libraries that are otherwise harmless whose constructors load models, open files or devices, or fetch what they are given.
 * Data only: an empty object of one (`cls.__new__`) is what honest pickles make; calling it is what `judgeCall` warns of.
 * By the library and the class's own name, since libraries hand the same class out under many modules.
 */
export const LOADING_CLASSES: readonly { readonly library: string; readonly why: string; readonly classes: string }[] =
  [
    {
      library: 'ultralytics',
      why: 'loads or downloads a model, which is a pickle',
      classes:
        'YOLO YOLOWorld YOLOE YOLOv10 YOLOVV8 SAM FastSAM NAS RTDETR Model AutoBackend LoadStreams LoadImages LoadImagesAndVideos LoadScreenshots HUBTrainingSession SourceTypes BasePredictor BaseTrainer BaseValidator Exporter Solution',
    },
    {
      library: 'sentence_transformers',
      why: 'loads or downloads a model, with its own code where it is told to trust it',
      classes:
        'SentenceTransformer CrossEncoder SparseEncoder Transformer CLIPModel Asym WordEmbeddings BoW Dense StaticEmbedding',
    },
    {
      library: 'transformers',
      why: 'loads or downloads a model or its tokenizer',
      classes:
        'Pipeline PipelineTool RemoteTool ToolCollection Agent HfAgent OpenAiAgent LocalAgent ReactAgent ReactCodeAgent CodeAgent PreTrainedTokenizerFast SpecialTokensMixin HfArgumentParser RagRetriever TFPreTrainedModel',
    },
    {
      library: 'torchaudio',
      why: 'opens a file or an address',
      classes: 'StreamReader StreamWriter AudioEffector StreamingMediaDecoder StreamingMediaEncoder CTCDecoder',
    },
    {
      library: 'torchvision',
      why: 'opens a file or an address',
      classes: 'VideoReader VideoClips DatasetFolder ImageFolder VisionDataset',
    },
    { library: 'torchtext', why: 'downloads vectors', classes: 'Vectors GloVe FastText CharNGram' },
    {
      library: 'cv2',
      why: 'opens a file, a device or an address',
      classes:
        'VideoCapture VideoWriter FileStorage CascadeClassifier HOGDescriptor QRCodeDetector FaceDetectorYN FaceRecognizerSF Net AsyncArray',
    },
    {
      library: 'keras',
      why: 'loads a saved model or a file',
      classes:
        'TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer StringLookup IntegerLookup TextVectorization CSVLogger TensorBoard ModelCheckpoint BackupAndRestore RemoteMonitor SwapEMAWeights FileEditor KerasFileEditor SentencePieceTokenizer BytePairTokenizer WordPieceTokenizer',
    },
    {
      library: 'tensorflow',
      why: 'loads a saved model or a file',
      classes:
        'TFSMLayer Interpreter StringLookup IntegerLookup TextVectorization CSVLogger TensorBoard ModelCheckpoint BackupAndRestore RemoteMonitor Loader',
    },
    {
      library: 'tf_keras',
      why: 'loads a saved model or a file',
      classes:
        'TFSMLayer StringLookup IntegerLookup TextVectorization CSVLogger TensorBoard ModelCheckpoint BackupAndRestore RemoteMonitor',
    },
    {
      library: 'nltk',
      why: 'opens files or starts a program',
      classes:
        'CoreNLPServer CoreNLPParser CoreNLPDependencyParser CoreNLPTokenizer StanfordTagger StanfordPOSTagger StanfordNERTagger StanfordParser StanfordSegmenter StanfordTokenizer GenericStanfordParser MaltParser Boxer CandC Prover9 Mace SennaTagger Senna HunposTagger MEGAM FileSystemPathPointer GzipFileSystemPathPointer ZipFilePathPointer OpenOnDemandZipFile SeekableUnicodeStreamReader LazyCorpusLoader PerceptronTagger DependencyEvaluator DrtGlueReadingCommand ReadingCommand',
    },
    {
      library: 'stanza',
      why: 'loads or downloads models, or starts a program',
      classes:
        'Pipeline MultilingualPipeline CoreNLPClient RobustService DownloadMethod JavaProtobufContext Trainer Pretrain CharacterLanguageModel',
    },
    {
      library: 'flair',
      why: 'loads or downloads models',
      classes:
        'WordEmbeddings FlairEmbeddings StackedEmbeddings TransformerWordEmbeddings TransformerDocumentEmbeddings BytePairEmbeddings ELMoEmbeddings SentenceTransformerDocumentEmbeddings CharacterEmbeddings ColumnCorpus CSVClassificationCorpus ClassificationCorpus MultiTagger Classifier',
    },
    { library: 'textblob', why: 'opens a file', classes: 'CSV TSV JSON BaseFormat NaiveBayesClassifier' },
    {
      library: 'gensim',
      why: 'opens files',
      classes:
        'LineSentence PathLineSentences Text8Corpus BrownCorpus TaggedLineDocument TaggedBrownCorpus TextCorpus TextDirectoryCorpus WikiCorpus MmCorpus SvmLightCorpus BleiCorpus LowCorpus MalletCorpus UciCorpus IndexedCorpus CsvCorpus LdaMallet DtmModel VarEmbed WordRank',
    },
    { library: 'whisper', why: 'opens files', classes: 'ResultWriter WriteTXT WriteVTT WriteSRT WriteTSV WriteJSON' },
    {
      library: 'pyannote',
      why: 'loads or downloads models',
      classes:
        'Pipeline Model Inference PretrainedSpeakerEmbedding SpeakerDiarization VoiceActivityDetection OverlappedSpeechDetection Audio',
    },
    {
      library: 'monai',
      why: 'evaluates Python expressions of a configuration, or loads files',
      classes:
        'ConfigParser ConfigWorkflow ConfigExpression ConfigComponent ConfigItem ReferenceResolver PythonicWorkflow BundleWorkflow CheckpointLoader MMAR DatasetFunc PersistentDataset SmartCacheDataset DecathlonDataset MedNISTDataset TciaDataset LoadImage LoadImaged',
    },
    {
      library: 'mmengine',
      why: 'runs a Python file as a configuration, or loads files',
      classes: 'Config ConfigDict Runner Visualizer FileClient HTTPBackend LocalBackend PetrelBackend CheckpointLoader',
    },
    {
      library: 'mmcv',
      why: 'runs a Python file as a configuration, or opens a video',
      classes: 'Config VideoReader Runner EpochBasedRunner IterBasedRunner FileClient',
    },
    { library: 'mmdet', why: 'loads a model', classes: 'DetInferencer' },
    {
      library: 'detectron2',
      why: 'loads a model',
      classes: 'DefaultPredictor DefaultTrainer LazyConfig DetectionCheckpointer',
    },
    {
      library: 'pandas',
      why: 'opens a file or an address',
      classes:
        'ExcelWriter TextFileReader JsonReader StataReader StataWriter XportReader SAS7BDATReader TableIterator FrameIterator PythonParser CParserWrapper',
    },
    {
      library: 'PIL',
      why: 'opens a file',
      classes:
        'FreeTypeFont PSDraw ImageFile GimpPaletteFile GimpGradientFile PaletteFile ContainerIO TarIO FontFile Exif GdImageFile',
    },
    { library: 'skimage', why: 'opens files', classes: 'ImageCollection MultiImage' },
    {
      library: 'xgboost',
      why: 'reads a file or an address',
      classes: 'DMatrix QuantileDMatrix ExtMemQuantileDMatrix DataIter',
    },
    { library: 'catboost', why: 'reads a file', classes: 'Pool' },
    {
      library: 'segmentation_models_pytorch',
      why: 'downloads weights',
      classes: 'Unet UnetPlusPlus MAnet Linknet FPN PSPNet DeepLabV3 DeepLabV3Plus PAN UPerNet Segformer DPT',
    },
    {
      library: 'torchmetrics',
      why: 'downloads a model',
      classes:
        'BERTScore InfoLM CLIPScore CLIPImageQualityAssessment FrechetInceptionDistance KernelInceptionDistance InceptionScore LearnedPerceptualImagePatchSimilarity MemorizationInformedFrechetInceptionDistance',
    },
    {
      library: 'pytorch_lightning',
      why: 'writes files, opens connections or runs a program',
      classes:
        'Trainer CSVLogger TensorBoardLogger WandbLogger MLFlowLogger CometLogger NeptuneLogger LightningCLI ModelCheckpoint',
    },
    {
      library: 'lightning',
      why: 'writes files, opens connections or runs a program',
      classes:
        'Trainer Fabric CSVLogger TensorBoardLogger WandbLogger MLFlowLogger CometLogger LightningCLI LightningApp LightningWork PythonServer TracerPythonScript PopenPythonScript ModelCheckpoint',
    },
    { library: 'gymnasium', why: 'writes files', classes: 'RecordVideo Monitor VideoRecorder' },
    {
      library: 'gym',
      why: 'writes files or starts a program',
      classes: 'RecordVideo Monitor VideoRecorder ImageEncoder',
    },
    { library: 'fastai', why: 'loads a model or files', classes: 'Learner URLs Config CSVLogger DownloadCallback' },
    {
      library: 'torch.utils.data',
      why: 'opens files or addresses',
      classes:
        'FileOpener FileOpenerIterDataPipe FileLister FileListerIterDataPipe HttpReader OnlineReader IterableWrapper',
    },
    { library: 'spacy', why: 'loads files', classes: 'Language DocBin Corpus JsonlCorpus PlainTextCorpus' },
    { library: 'surprise', why: 'opens a file', classes: 'Dataset DatasetAutoFolds DatasetUserFolds' },
    { library: 'anndata', why: 'opens a file', classes: 'AnnCollection AnnDataFileManager' },
    { library: 'accelerate', why: 'loads code of a configuration', classes: 'Accelerator' },
    { library: 'pydantic', why: 'imports a module by its name', classes: 'ImportString PyObject' },
  ];
