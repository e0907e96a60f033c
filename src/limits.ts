// Long because it is data: every budget in one place, each with what it is for.

/**
 * Every budget for bytes that come from outside, in one place. A loop over such bytes names the budget beside it.
 * They are generous for real images (the largest public ML images were measured) and small for a machine.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const LIMITS = {
  // --- the command line ---
  /** Images of one run. */
  scannedImages: 100_000,
  /** A file that lists images. */
  imageListBytes: 16 * MiB,
  // --- layers ---
  /** Layers of one image. Engines stop at 127. */
  layers: 1_000,
  /** Entries (files, directories, links) of one layer. */
  layerEntries: 3_000_000,
  /** Entries of all layers of an image together: each is held until they are squashed (a large conda image has 400,000). */
  imageEntries: 8_000_000,
  /** Bytes of all names and all folder paths of one layer (a CUDA and conda image of 400,000 files has 30 MiB). */
  layerPathBytes: 256 * MiB,
  /** Uncompressed bytes of one layer. */
  layerBytes: 200 * GiB,
  /** Uncompressed to compressed: real layers stay below 50; beyond this, and beyond `ratioFloor`, it is a bomb. */
  compressionRatio: 250,
  ratioFloor: 256 * MiB,
  /** Read from a local file at a time. */
  readChunkBytes: 256 * KiB,
  /** One path: PATH_MAX, beyond which no engine can write the file. PAX headers may claim more. */
  pathBytes: 4 * KiB,
  /** A file name that patterns are tried on (NAME_MAX). */
  nameBytes: 255,
  /** Names in one path, links followed. */
  pathSegments: 4_096,
  /** A PAX or GNU extension header's body. */
  tarExtensionBytes: 1 * MiB,
  /** Extension headers in a row before the entry they speak of. */
  tarExtensions: 16,
  /** Symbolic links followed for one path (Linux: 40). */
  symlinks: 40,
  /** Names walked while links are followed, all of one layer, or of the whole image, together; and more for each of its entries. */
  linkSteps: 1_000_000,
  linkStepsPerEntry: 40,
  /** Links to folders that are looked through for the owner of a file, and ways to one path that are tried. */
  folderLinks: 10_000,
  waysToPath: 16,
  /** Bytes of files that are read again because links lead to them, one layer's together. */
  linkedBytes: 128 * MiB,
  // --- time ---
  /**
   * What readers may take for one file, and for all files of an image together, in all threads: a 20 GB image takes two minutes, on
   * a machine that is busy with other things several times that.
   */
  fileReadingMs: 3 * 60_000,
  imageReadingMs: 30 * 60_000,
  /** From the first layer to the last, waiting for a registry included. */
  imageMs: 12 * 3_600_000,
  /** A folder (the root of a whole machine) is read for so long, unless the user says otherwise: 750,000 files of 26 GB took ten minutes on a busy machine. */
  folderMs: 30 * 60_000,
  // --- analyzers ---
  /** Bytes from a file's beginning shown to analyzers that recognise by content. */
  magicBytes: 512,
  /** A body up to this size is shown whole to an analyzer that asks whether it can hold anything. */
  askedWholeBytes: 64 * KiB,
  /** A file body handed to an analyzer, unless the analyzer asks for less or more. */
  fileBytes: 16 * MiB,
  /** All bodies kept in memory at one time while a layer is read. */
  heldBytes: 64 * MiB,
  /** Name or version of a package, and each word about a system: longer ones are attacks on whatever reads them next. */
  factTextLength: 1_024,
  /** Packages that only the logs of a package manager name, without any file that shows them: the largest systems have some 3,000. */
  tracedPackages: 5_000,
  /**
   * Distributions that say they brought one import package (a namespace such as `google` has some hundred), and such claims in all, of which one is
   * made for each import package of each distribution (a machine with 2,116 distributions: 5,000): what is claimed beyond is believed of nobody.
   */
  claimants: 500,
  moduleClaims: 200_000,
  /** What a package manager logged, unpacked (apt's plan for 900 packages has 0.3 MiB). */
  unpackedLogBytes: 64 * MiB,
  /** The beginning of a SQLite database in which its tables are looked for: rpm makes them first. */
  schemaBytes: 256 * KiB,
  /** Archives that one `.pth` file names. */
  importedArchives: 1_000,
  /** Archives and what lies behind the end of a program, from which on they are told: smaller ones hold no package that matters. */
  closedBytes: 64 * KiB,
  /** The beginning of a script or of merged code in which what it carries is looked for. */
  carriedBytes: 1 * MiB,
  /** Things one analyzer may yield for one file. */
  factsPerFile: 200_000,
  /** Suites and components of one file of apt's sources, multiplied out: a paragraph names each of its archives with each of its suites. */
  aptSourceWords: 20_000,
  /** Items of one layer, all analyzers together, those that threads hold ready included: each takes about a kilobyte of memory. */
  factsPerLayer: 400_000,
  /** Items of one image, all analyzers together. */
  factsPerImage: 1_000_000,
  /** Unknowns kept for one layer; the rest is counted. */
  unknownsPerLayer: 1_000,
  // --- formats ---
  /** Names that a compiled Python module assigns to: those of a version are among the first. */
  pycNames: 10_000,
  /** Members of one zip archive (the largest jars hold some 100,000). */
  zipEntries: 500_000,
  /** The central directory of an archive that is read from disk. */
  zipDirectoryBytes: 512 * MiB,
  /** A Java archive up to this is read whole for its digests; of a larger one only its lists are read. */
  digestedArchiveBytes: 512 * 1024 * 1024,
  /** Archives within archives: an ear holds a war holds a jar. */
  archiveDepth: 16,
  /** Archives that one file holds, at any depth (a whole Liferay has some 3,000): a few kilobytes can hold each of theirs in the next ten times over. */
  innerArchives: 10_000,
  /** Assemblies of .NET that one list states versions of. */
  assemblies: 10_000,
  /** The index of a Java runtime that was linked into one file (a whole JDK has 1.3 MB). */
  runtimeIndexBytes: 64 * MiB,
  /** An rpm database, whichever its format: it is read whole. RHEL with a desktop has some 150 MB. */
  rpmDatabaseBytes: 256 * MiB,
  /** One rpm header (kernel packages reach 10 MB). https://rpm-software-management.github.io/rpm/manual/hregions.html */
  rpmHeaderBytes: 64 * MiB,
  /** Index entries of one rpm header; rpm itself allows 65,535. */
  rpmHeaderEntries: 65_535,
  /** Dependencies of one kind in a package.json; each may be as long as a range gets. */
  npmRequirements: 2_000,
  /** Words, texts and brackets of one resource file of Erlang's (the largest of 91: 1,500). */
  otpTokens: 200_000,
  /** Strings of one vector of R's (the fields of a DESCRIPTION: some forty). */
  rdsStrings: 10_000,
  /** Dependencies of one rpm (a language pack or a metapackage has the most). */
  rpmRequirements: 4_096,
  /** Files of a folder looked at, of each kind, for the machine they were built for. */
  machineFiles: 9,
  /** Archives, suites and repositories that an image's package managers are told of. */
  packageSources: 1_000,
  /** Program headers of an ELF file. */
  elfSegments: 4_096,
  /** The dynamic section and each note segment of an ELF file. */
  elfSectionBytes: 1 * MiB,
  /** Places with `.so` looked at for names, remembered until the dynamic section says which of them is meant. */
  elfNames: 100_000,
  /** The beginning of an ELF file that is kept until it is known where its names are, and names of libraries that one file holds. */
  elfHeadBytes: 16 * MiB,
  elfOpens: 512,
  /** Go build information, or the dependency list that cargo-auditable embeds (inflated). */
  buildInfoBytes: 8 * MiB,
  /** Version strings taken from one file, and anchors of such strings looked at. */
  signaturesPerFile: 256,
  signatureTries: 500_000,
  /** Ranges (dynamic section, notes) of one ELF file kept for the end. */
  elfRanges: 32,
  /** Names of the functions of a Go program (Kubernetes has some 8 MB), and the same in one text. */
  linkedNamesBytes: 64 * MiB,
  /** Symbols of a Rust program that are remembered (a large one has some 100,000), bytes of one, names within it, and letters read of it. */
  rustNames: 200_000,
  rustNameBytes: 1000,
  rustNameDepth: 64,
  rustNameSteps: 10_000,
  /** Sections of one ELF file. */
  elfSections: 1000,
  /** What is kept of that, packed, of all programs of an image (of Kubernetes some 600 kB): of others it is not known what they hold. */
  linkedBytesKept: 64 * MiB,
  // --- what code leads to ---
  /** What code of one layer says it leads to, all files together (40,000 modules: some 30 MB). */
  codeBytes: 128 * MiB,
  /** The list of files of a Python distribution (torch has 1.5 MB), and folders and files of it that are kept. */
  recordBytes: 32 * MiB,
  /** Lists of files of other copies that unlisted Python code is held to, together: of the largest environments they are some 20 MB. */
  copiedListBytes: 64 * MiB,
  ownedPlaces: 20_000,
  /**
   * Python code that nothing lists, to be held to known wheels: import packages, sources of one that are compared (torch has 1,900), of all of them
   * together, and one source (the largest of 400 distributions has 1.6 MB).
   */
  unlistedModules: 500,
  comparedSources: 1_000,
  unlistedSources: 20_000,
  sourceBytes: 4 * MiB,
  /** One compiled module (of the 30 most used distributions the largest has 13 MB). */
  compiledModuleBytes: 32 * MiB,
  /** What the code in one archive of Python (a PEX with torch has some 10,000 sources) says, and names of files in it. */
  pythonArchiveBytes: 32 * MiB,
  /** A script or a small text of the configuration that is kept whole. */
  codeTextBytes: 256 * KiB,
  /**
   * Files that what a container can load leads to, times that one is followed again in another process (an estimate: thirty programs of ten thousand files each would be 300,000), the ways
   * between them, and programs that are started on the way; files that wait to be followed while further programs are begun.
   */
  reachedFiles: 300_000,
  reachedAgain: 500_000,
  waitingFiles: 65_536,
  reachedWays: 5_000_000,
  startedPrograms: 400,
  /** Paths of which it is remembered where they lead, files and folders each, and names of modules of one search path of Python and of all together; beyond it they are looked up anew. Powers of two, which is what a `Map` grows by (2 MB for 65,536). */
  keptLookups: 65_536,
  keptModules: 16_384,
  keptModulesOfAll: 65_536,
  /** Files that are code by their names of which it is remembered what they say; beyond it they are read anew. */
  keptTexts: 16_384,
  /** Folders of backends, models and their versions that one Triton server is followed into. */
  tritonFolders: 5_000,
  /** Characters that the patterns of its scripts and settings (`conf.d/*.conf`) are held against, all of an image together. */
  globSteps: 100_000_000,
  /** Places of one PATH, and folders of it that are there. */
  searchPlaces: 10_000,
  programFolders: 1_000,
  /** Folders of one search path of a language or a library, and words of one command line. */
  searchFolders: 100,
  startedWords: 200,
  /** Names of classes of one Java archive with all in it, places of a class path, one class file, and classes that one process is followed through. */
  javaNames: 500_000,
  /** All that is kept of it, as JSON. */
  javaCodeBytes: 32 * MiB,
  /** Characters of that which are read for all processes of an image together (30 processes with 60,000 classes each: some 360 MB). */
  javaReadCharacters: 512 * MiB,
  javaPlaces: 5_000,
  /** Of its ten programs, each class at a time, five weak steps lead to all archives of which a class was ever loaded. */
  javaSteps: 5,
  javaClassBytes: 4 * MiB,
  javaClasses: 500_000,
  /** Ways from class to class in one process, and folders of its class path. */
  javaWays: 5_000_000,
  javaFolders: 100,
  /** A file of JavaScript that is parsed, and all of one process together. */
  scriptBytes: 8 * MiB,
  scriptsBytes: 96 * MiB,
  /** The same of all processes of an image, where what a file asks for is worked out once for those with the same environment; and files and what they ask for that are kept for that. */
  scriptsBytesOfAll: 192 * MiB,
  keptRequests: 100_000,
  /** Modules and files that one text of Perl or Ruby names. */
  scriptNames: 20_000,
  /** JavaScript within JavaScript: an expression within another is some 30, so 200 of them; an operator in a chain 3. */
  nestedScript: 6_000,
  /**
   * What all shells of an image together may cost: characters that are put together count 4 each, characters compared 1, a statement
   * 200 (a second or two in all; of 60 scripts of a Debian system one takes more than 1 in 25 of it, none half).
   */
  shellEffort: 64_000_000,
  /** Steps of running one shell script in mind, states of it that differ, and turns of one loop. */
  shellSteps: 20_000,
  shellStates: 24,
  shellTurns: 64,
  shellDepth: 12,
  /** Blocks within blocks of a script of an image's history, a tenth of a script within a script each. */
  shellNesting: 30,
  /**
   * Lazy or conditional steps on one way. Of 20 real workloads two lead to all but 1 in 100 of what is ever imported; without a bound such steps lead
   * to nearly everything that is installed, which says nothing.
   */
  deferredSteps: 2,
  /** Code of layers that pass by, kept until it is known what is asked about (32,000 modules: 320 MB), and the largest file of it that is; others are read at once. */
  spoolBytes: 1024 * MiB,
  spooledBytes: 256 * KiB,
  /** The largest source text that is: to read a megabyte of Python takes a hundred times as long as to copy it. */
  spooledTextBytes: 2 * MiB,
  /** Steps of one way that are told. */
  chainSteps: 40,
  /** Variables of the image's environment, together: each process has its own copy, and is told from others by it. Linux takes 128 KiB for one. */
  environmentBytes: 256 * KiB,
  /** Files that `ld.so.conf` includes (Debian with CUDA has ten); libraries in folders that only others name are found by their names. */
  loaderConfigFiles: 100,
  /** What is said of that cannot be told. */
  exposureNotes: 100,
  /** Places and packages that it makes unknown; beyond them it is everything. */
  exposureWidenings: 20_000,
  /**
   * A look at running processes: processes of the machine, of the container, what the kernel says of one, files it holds open, memory of
   * interpreters that is looked through for names and for how long, and names that are kept.
   */
  liveSeenProcesses: 100_000,
  liveProcesses: 512,
  liveMapBytes: 32 * MiB,
  liveOpenFiles: 10_000,
  liveMemoryBytes: 4 * GiB,
  liveMs: 30_000,
  liveNames: 500_000,
  /** Files of a container's own, and of mounts, that a report names. */
  liveElsewhere: 20,
  // --- what packages claim, and what is kept ---
  /** Bytes of all paths that one package claims to own. */
  ownedPathBytes: 64 * MiB,
  /** A chisel manifest, unpacked (a whole release with all its slices has some 20 MB). */
  manifestWallBytes: 128 * MiB,
  /** Paths that the package databases of one layer claim (CUDA and conda with texlive: 600,000). */
  ownedPaths: 4_000_000,
  /** Secrets of a configuration that are looked for, and masked, in its other texts too. */
  configSecrets: 256,
  /** The layer cache on disk; the longest unused goes first. */
  cacheBytes: 2 * GiB,
  /** Packages, risks and findings that are kept with an image, some KiB each: of an image of more, they are worked out anew. */
  keptItems: 20_000,
  /** Bytes of what is kept, unpacked. */
  keptBytes: 256 * MiB,
  // --- models and notebooks ---
  /** Opcodes of one pickle file, all its pickles together: a few seconds. */
  pickleOpcodes: 50_000_000,
  /** Values on a pickle's stack (and marks): CPython's own batches hold 1,000. */
  pickleStack: 1_000_000,
  /** Memo entries of one pickle; the first `pickleMemoValues` are kept whole, later ones as far as they name something. */
  pickleMemo: 4_000_000,
  pickleMemoValues: 50_000,
  pickleMemoText: 32 * MiB,
  /** Bytes kept of one string or line of a pickle. */
  pickleText: 4 * KiB,
  /** Different imports and calls listed for one pickle. */
  pickleEvents: 10_000,
  /** Pickles behind each other in one file, and inside each other. */
  pickleStreams: 10_000,
  pickleNesting: 16,
  /** A pickle carried as text inside another, which has to be decoded first. */
  pickleCarried: 16 * MiB,
  /** The header of a NumPy file; NumPy itself stops at 10,000. */
  npyHeaderBytes: 64 * KiB,
  /** Archives and compressed bodies inside each other. */
  archiveNesting: 4,
  /** Bytes that one compressed model may become. */
  decompressedBytes: 4 * GiB,
  /** Beginning of an HDF5 file that is kept to follow addresses back, one structure of it, and structures in a chain. */
  hdf5KeptBytes: 16 * MiB,
  hdf5MessageBytes: 64 * MiB,
  hdf5Chunks: 10_000,
  /** A Keras configuration, and objects in it. */
  kerasConfigBytes: 64 * MiB,
  kerasObjects: 2_000_000,
  /** Source of one file of a TorchScript module. */
  torchScriptBytes: 16 * MiB,
  /** Fields of all messages of one protobuf body, and one text of it. */
  protoFields: 50_000_000,
  protoText: 1 * MiB,
  onnxNesting: 32,
  /** The format's own limit for a safetensors header. */
  safetensorsHeaderBytes: 100_000_000,
  /** Pairs, tensors and array items of a GGUF header, and one text of it. */
  ggufItems: 2_000_000,
  ggufTextBytes: 16 * MiB,
  /** Characters of a chat template that are looked at. */
  templateBytes: 4 * MiB,
  /** Tokens of one template, steps in working out what its constants come to, and characters of one such text. */
  templateTokens: 100_000,
  templateSteps: 100_000,
  templateText: 1 * KiB,
  /** A program that UPX packed: the file, what comes out of it, and its blocks. Both are in memory while it is read. */
  packedProgramBytes: 64 * MiB,
  unpackedProgramBytes: 256 * MiB,
  packedBlocks: 4_096,
  /** LZMA's window (`xz -9` uses 64 MiB), and blocks of one stream. */
  lzmaDictionary: 64 * MiB,
  xzBlocks: 100_000,
  /** Members of one zip that is read front to back, and oddities listed for it. */
  zipMembers: 500_000,
  zipProblems: 200,
  zipRecordBytes: 1 * MiB,
  /** A stored member up to this size is kept in memory to check its sum. */
  zipCheckedBytes: 1 * MiB,
  /** The directory at the end of a zip behind something else, as far as it is looked for, and names of it. */
  zipTailBytes: 128 * KiB,
  zipTailNames: 10_000,
  /** Bytes searched for a further pickle behind the last one. */
  pickleTrailing: 4 * MiB,
  /** Files in an image archive (not in its layers). */
  archiveMembers: 100_000,
  // --- manifests, configuration ---
  /** A manifest or index (registries cap at 4 MiB). */
  manifestBytes: 4 * MiB,
  /** An image configuration. */
  configBytes: 8 * MiB,
  /** Manifests of one index. */
  indexManifests: 10_000,
  // --- reports of other scanners ---
  /** One report, uncompressed. SARIF of a large image reaches 500 MB. */
  reportBytes: 4 * GiB,
  /** What is kept of one report: its rows, already cut down to what a comparison needs, and the rest around them. */
  reportKeptBytes: 1 * GiB,
  /** Rows of one report: some 1.3 GB when compared. */
  reportRows: 1_000_000,
  /** Texts and parts that rows of one report have in common and that are held once. */
  sharedThings: 200_000,
  /** Bytes from a report's beginning by which its format is recognised. */
  reportHeadBytes: 1 * MiB,
  /** A report that is not JSON (XML, text). */
  reportTextBytes: 256 * MiB,
  /** One row of a report as it stands in the file. */
  reportRowBytes: 64 * MiB,
  /** Nesting of JSON, XML and TOML. */
  documentDepth: 200,
  /** A TOML document (the largest uv.lock files have 3 MB). */
  tomlBytes: 8 * MiB,
  /** Dots, equals signs and opening brackets of one: locks have one in twenty bytes, and each may become an object of 200 bytes. */
  tomlSigns: 500_000,
  /** Opening brackets and colons of a JSON document that is read whole: a package-lock.json of 16 MB has some 400,000. */
  jsonSigns: 1_000_000,
  // --- advisory feeds ---
  /**
   * One document of a feed as it is downloaded, by what it is: a list (EPSS's, the largest, has 3 MB), what one publisher or one year has
   * (Debian's tracker: 70 MB), an archive of everything (npm's in OSV: 250 MB), the database of another scanner (1.5 GB unpacked).
   */
  feedListBytes: 64 * MiB,
  feedYearBytes: 512 * MiB,
  feedArchiveBytes: 1 * GiB,
  feedDatabaseBytes: 4 * GiB,
  /** All that one update downloads: everything that publishers have is some 2 GB. */
  feedsBytes: 12 * GiB,
  /** What one document may unpack to, and how much larger than packed (real exports: 3 to 14 times). */
  feedInflatedBytes: 20 * GiB,
  feedRatio: 100,
  feedRatioFloor: 64 * MiB,
  /** One record: an OSV file, a CVE, a package of the Debian tracker (linux has 10,000 CVEs). */
  feedRecordBytes: 64 * MiB,
  /** Statements of one record (a kernel bulletin names hundreds of packages in dozens of releases). */
  feedStatements: 200_000,
  /** Functions named of those that an advisory names and a program holds. */
  namedFunctions: 50,
  /** Prose of an advisory that is looked through for names of modules, and how many are told of one finding. */
  namedTextBytes: 16 * KiB,
  namedModules: 20,
  /** Module files of Python packages that are kept for it, and what their paths are unpacked. */
  namedModuleFiles: 200_000,
  namedModuleBytes: 64 * MiB,
  /** Packages of source code that one statement names, and functions of each. */
  feedImports: 1_000,
  feedSymbols: 2_000,
  /** Ids that one record may claim to be the same vulnerability. */
  feedAliases: 500,
  /** Ids of one vulnerability: each of them is told with all others. The largest of the public feeds has 10. */
  aliasClass: 500,
  /** Versions and ranges listed for one package of one record. */
  feedVersions: 50_000,
  /** Records of one document that are named when they cannot be read; the rest is counted. */
  feedRejectedNamed: 20,
  /** Documents a feed's index may name (NVIDIA's and Red Hat's CSAF folders). */
  feedDocuments: 200_000,
  /** Attempts to go on with a download that broke off. */
  feedResumes: 20,
  /** Attempts in a row that brought no new byte. */
  feedStalls: 2,
  /** Pages of a BoltDB file that are read (Trivy's database has some 200,000). */
  boltPages: 20_000_000,
  /** An advisory database, packed and unpacked. */
  databaseBytes: 8 * GiB,
  /** A configuration file; its values with those that aliases repeat; mappings within mappings. */
  settingsBytes: 1 * MiB,
  settingsNodes: 50_000,
  settingsDepth: 20,
  /** Tokens of a YAML text and their parts, and how deep they lie in each other (a level of values is two or three of tokens). */
  yamlTokens: 100_000,
  yamlDepth: 400,
  /** Anchors, tags, aliases and commas around one of its values, and what is no token at all: each is an error that the library notes. */
  yamlMarks: 50,
  /** Indexes within indexes. */
  indexDepth: 4,
  /** A bill of materials given in place of an image. */
  sbomBytes: 256 * MiB,
  /** Packages of it: a million of them took 4.4 GB. What is left out is said. */
  billPackages: 300_000,
  // --- attestations ---
  /** Documents attached to one image that are read and compared. */
  attestations: 20,
  /** One of them (Syft's SPDX of a large image with its files has some 50 MB), and all together. */
  attestationBytes: 64 * MiB,
  attestationsBytes: 256 * MiB,
  /** Manifests looked at to find them; pages of one list of referrers. */
  attestationManifests: 200,
  referrerPages: 20,
  /** Packages listed for one of them on each side; the rest is counted. */
  attestedPackages: 10_000,
  /** Envelopes within each other: a Sigstore bundle holds a DSSE envelope holds a statement holds cosign's wrapper. */
  attestationWraps: 5,
  /** Signatures beside one database that are tried, and subjects of one statement. */
  signatures: 50,
  /** A file that is read whole to verify a signature without a key. */
  signedFileBytes: 1 * GiB,
  /** A database may be said to be built so far in the future: clocks differ. */
  futureMs: 24 * 3_600_000,
  /** The list of files of an Electron archive (VS Code has 2 MB), and one file of it that is read. */
  electronListBytes: 64 * MiB,
  electronFileBytes: 4 * MiB,
  /** Serialized objects of R: parts, parts within parts, pieces of code, names that one calls, and bytes kept of a name. */
  rItems: 20_000_000,
  rNesting: 1_000,
  rCode: 100_000,
  rNames: 1_000,
  rNameBytes: 256,
  // --- network ---
  /** An error body that is read to be quoted. */
  errorBodyBytes: 8 * KiB,
  /** A token or JSON answer of a registry or engine that is not a manifest. */
  answerBytes: 4 * MiB,
  redirects: 5,
  /** Answers before the answer (103 Early Hints): real servers send one. */
  interimAnswers: 20,
  /** Attempts for one request; waits double from `retryBaseMs`. */
  attempts: 5,
  retryBaseMs: 400,
  /** Longest wait a server's Retry-After may ask for. */
  retryAfterMs: 120_000,
  connectMs: 15_000,
  /** Silence on a body before it counts as stopped. */
  idleMs: 60_000,
  /** What has to come in each `idleMs` of waiting: a server that drips has stopped too. */
  idleBytes: 16 * KiB,
  /** After so long spent waiting for one body at least so many bytes a second have to have come on average: 1 GB in a day and a half. */
  slowMs: 10 * 60_000,
  slowBytesPerSecond: 8 * KiB,
  /** Waiting for the whole of a document (manifest, token, index page) that is read at once, however steadily it drips. */
  documentMs: 5 * 60_000,
  /** Times a blob that broke off is taken up again, counted anew after each `resumeBytes`. */
  resumes: 8,
  resumeBytes: 64 * MiB,
  /** A credential helper's answer, and how long it may take (some ask the user). */
  helperBytes: 64 * KiB,
  helperMs: 60_000,
  /** A file of a cloud's command line: profiles, keys, tokens. Bigger ones are not theirs. */
  cloudFileBytes: 1 * MiB,
  /** Roles assumed one by means of the other until there are keys. */
  cloudRoles: 5,
  /** The answer of a metadata service, where there may be none: nobody waits for it. */
  metadataMs: 1_500,
  /** Findings fetched from a service: one page, pages, and all pages together. */
  findingsPageBytes: 64 * MiB,
  findingsPages: 2_000,
  findingsBytes: 1 * GiB,
  /** Attempts where a service says in words of its own that it is asked too often; waits double from `retryBaseMs`. */
  throttledAttempts: 7,
  /** Waiting for a scan that is under way. */
  scanWaitMs: 5 * 60_000,
  scanPollMs: 2_500,
  /** An engine gathers the whole image before it sends the first byte of it. */
  engineExportMs: 30 * 60_000,
  /** Meanwhile it is greeted, so often and so long; so many greetings without an answer, and it hangs. */
  engineGreetingMs: 20_000,
  engineGreetings: 4,
  // --- bases of images ---
  /** Tags of a repository that are looked at for other bases: official images have some thousands. Tags of one page, and pages. */
  registryTags: 20_000,
  registryTagsPage: 1_000,
  registryTagPages: 40,
  /** Other bases that are looked at, what one may be to be fetched unasked (as it is stored), and all of them together. */
  baseVariants: 5,
  baseBytes: 120 * MiB,
  basesBytes: 240 * MiB,
  /** Programs and libraries of an image that are asked what they are linked to. */
  linkedFiles: 50_000,
  // --- Dockerfiles ---
  /** A Dockerfile that is read from disk. */
  dockerfileBytes: 4 * MiB,
  dockerfileInstructions: 20_000,
  /** One word after variables were replaced: `ENV b=$a$a` repeated would double without end. */
  dockerfileWordBytes: 64 * KiB,
  /** Variables of one stage together. */
  dockerfileVariableBytes: 1 * MiB,
  /** What variables add to all words of one file, and steps of holding patterns (`${x%%p}`) against them. */
  dockerfileExpandedBytes: 16 * MiB,
  dockerfilePatternSteps: 50_000_000,
  /** `${a:-${b:-...}}`. */
  dockerfileNesting: 16,
  /** Values whose beginnings and ends are cut by pattern (`${x%%p}`). */
  dockerfilePatternBytes: 2 * KiB,
  // --- CIS benchmark ---
  /** A file of the host that is read whole (daemon.json, unit files, audit rules, /etc/group). */
  hostFileBytes: 4 * MiB,
  /** Files of one host directory that are listed. */
  hostDirectoryEntries: 20_000,
  /** Processes looked at to find the daemon. */
  hostProcesses: 200_000,
  /** Silence of an Engine before it counts as hanging. */
  engineMs: 15_000,
  /** One answer of an Engine: `info`, a list of containers, one inspection. */
  engineAnswerBytes: 64 * MiB,
  /** Containers, images, networks, services or nodes that are inspected one by one. */
  engineObjects: 10_000,
  /** A text file of an image that a check reads (a script, /etc/passwd). */
  benchTextBytes: 1 * MiB,
  /** A template of the user's own, and the longest value that it shows. */
  reportTemplateBytes: 1 * MiB,
  /** Files of a build context that are listed, texts of it that are read, their bytes, and rules of .dockerignore. */
  contextFiles: 100_000,
  contextTexts: 2_000,
  contextTextBytes: 16 * MiB,
  contextRules: 1_000,
  /** Steps of holding those rules, or the sources of COPY, against those files; beyond them files count as not ignored, which is said (100,000 files and 30 rules take a third). */
  contextSteps: 200_000_000,
  /** What a check that passes says it looked at. */
  benchEvidence: 20,
  /** Evidence items kept for one check; the rest is counted. */
  benchItems: 10_000,
  // --- remediation ---
  /** States that the search for the smallest set of upgrades looks at. */
  solverNodes: 10_000,
  /** States looked at after a plan was found that clears as much with as few majors as can be, to make it smaller. */
  solverPolish: 1_000,
  /** Times the search is taken up again with what an index was asked for in between. */
  solverRounds: 30,
  /**
   * Proving that nothing clears more than a plan: contradictions in one question, questions, what all of them together look at
   * (literals of clauses; some seconds), ways to leave less that are looked at, and versions whose requirements are asked for.
   */
  improvementConflicts: 2_000,
  improvementQuestions: 400,
  improvementEffort: 60_000_000,
  improvementChoices: 100_000,
  improvementMetadata: 2_000,
  /** Versions of one package, from the newest down, that a project's installer is taken to choose from. */
  projectVersions: 200,
  /** Packages of an environment that a plan may lower, and older versions of each that are tried. */
  loweredPackages: 8,
  olderVersions: 12,
  /** Versions of one package that are considered: one half from the installed one up, the other from the newest down. */
  candidateVersions: 1_000,
  /** Python distributions that one database update asks a package index about (in 2026 some 2,500 have advisories with a fix). */
  gatheredDistributions: 10_000,
  /** Wheels of which one database update asks a package index for the list of files, and the versions of one distribution that are kept. */
  gatheredWheels: 20_000,
  knownWheels: 2_000,
  /** Versions of a package in the way whose requirements are asked for. */
  candidateMetadata: 40,
  /** Package indexes that are asked about each package: pip asks all that are configured. */
  pipIndexes: 16,
  /** The list of files of one package in an index (some have tens of thousands). */
  packageIndexBytes: 64 * MiB,
  /** The directory of a wheel whose index has no metadata beside it (tensorflow's is 3 MB). */
  wheelTailBytes: 16 * MiB,
  /** `Packages`, `APKINDEX` and `repodata`, as sent and unpacked. */
  distributionIndexBytes: 512 * MiB,
  /** Package indexes that the image's sources name. */
  distributionIndexes: 64,
  /** Package indexes that are asked at the same time; and for all of one plan, bytes that come and time that passes. */
  indexesAtOnce: 3,
  indexesBytes: 1 * GiB,
  indexesMs: 5 * 60_000,
  /** Until a package index of Python begins to answer; pip waits 15 s, and a mirror may first have to ask its own. */
  indexAnswerMs: 30_000,
  /** A requirements file, a pyproject.toml, an environment.yml; and how many of them include each other. */
  buildFileBytes: 4 * MiB,
  buildFiles: 100,
  /** Answers of an installed package manager, and how long it may take. */
  toolAnswerBytes: 8 * MiB,
  toolMs: 60_000,
  /** A build of an image on trial, what it may print, and a command that is run in what was built. */
  buildMs: 3_600_000,
  buildAnswerBytes: 64 * MiB,
  trialRunMs: 600_000,
  /** Another scanner that is run on an image: the largest take some minutes, and some fetch their database first. */
  scannerMs: 30 * 60_000,
  /** The index of a git repository, and how far up from a file its repository is looked for. */
  gitIndexBytes: 256 * MiB,
  gitFolders: 64,
  /** Files that a requirements file includes, and those in turn. */
  projectIncludes: 256,
  /** Folders of a project that are searched for requirements files, whose includes are followed. */
  projectFolders: 5_000,
  /** A plan or report that `verify` reads. */
  planBytes: 1 * GiB,
} as const;
