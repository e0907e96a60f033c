import { addTo } from '../../collections.ts';
import { LIMITS } from '../../limits.ts';
import type { Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';

/** Where Ruby looks for features. */
interface RubyPath {
  /**
   * Folders that have a file or a folder for the first part of a feature's name (`rack` of `rack/handler`), in order: those that the environment names,
   * what the site and the distribution bring, Ruby's own, and then those of gems. Of thousands of gems each has its own folder, and a text names
   * thousands of features.
   */
  foldersWith(feature: string): readonly string[];
  /** Gems by their names, with their folders. */
  readonly gems: ReadonlyMap<string, string>;
}

/** Ruby puts a feature together with a folder before it looks for it: of `a/../json` nobody asks whether `a` is there. */
const firstPart = (feature: string): string =>
  (pathFrom('', feature).split('/', 1)[0] as string).replace(/\.(?:rb|so)$/, '');

const VERSION = /^\d+\.\d+(?:\.\d+)?$/;
const MACHINE = /^\w+-linux(?:-\w+)*$/;
/** Gems that are looked at: an application has some 300. */
const GEMS = 5_000;

/**
 * Long because it closes over the folders that it puts together.
 * The folders of `$LOAD_PATH`, and of all gems that are installed: `require` activates the one that has the feature.
 * https://docs.ruby-lang.org/en/master/Kernel.html#method-i-require , https://guides.rubygems.org/specification-reference/
 */
export function rubyPath({ program, environment, folder }: Process, { tree }: Pick<World, 'tree'>): RubyPath {
  const prefix = /^(.{0,4000})\/s?bin\//.exec(program)?.[1] ?? 'usr';
  const folders: string[] = [];
  const put = (path: string): void => {
    if (folders.length < GEMS && tree.isFolder(path) && !folders.includes(path)) folders.push(path);
  };
  for (const part of (environment.get('RUBYLIB') ?? '').split(':', LIMITS.searchFolders))
    if (part !== '') put(pathFrom(folder, part));
  const libraries = [...new Set(['usr/local', 'usr', prefix])].flatMap((root) => [
    `${root}/lib/ruby`,
    ...['lib', 'lib64'].flatMap((lib) =>
      tree
        .list(`${root}/${lib}`)
        .filter((name) => MACHINE.test(name) || name === 'ruby')
        .map((name) => (name === 'ruby' ? `${root}/${lib}/ruby` : `${root}/${lib}/${name}/ruby`)),
    ),
    `${root}/share/ruby`,
  ]);
  for (const kind of ['site_ruby', 'vendor_ruby', ''])
    for (const library of libraries) within(kind === '' ? library : `${library}/${kind}`);
  const gems = gemsIn(libraries);
  let places: Map<string, string[]> | undefined;
  return {
    gems,
    foldersWith(feature) {
      places ??= byFirstPart();
      return places.get(firstPart(feature)) ?? [];
    },
  };

  function byFirstPart(): Map<string, string[]> {
    const places = new Map<string, string[]>();
    for (const folder of folders)
      for (const part of new Set(tree.list(folder).map(firstPart))) addTo(places, part, folder);
    return places;
  }

  /** The folder of a version, what is built for a machine in it, and the folder itself. */
  function within(place: string): void {
    for (const name of tree.list(place)) {
      if (!VERSION.test(name)) continue;
      put(`${place}/${name}`);
      for (const machine of tree.list(`${place}/${name}`))
        if (MACHINE.test(machine)) put(`${place}/${name}/${machine}`);
    }
    if (/(?:site|vendor)_ruby$|share\/ruby$/.test(place)) put(place);
  }

  function gemsIn(libraries: readonly string[]): ReadonlyMap<string, string> {
    const named = ['GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH']
      .flatMap((name) => (environment.get(name) ?? '').split(':', LIMITS.searchFolders))
      .filter((path) => path !== '')
      .map((path) => pathFrom(folder, path));
    const versioned = [
      ...libraries.map((library) => `${library}/gems`),
      'var/lib/gems',
      'usr/share/rubygems-integration',
      // Of Debian's packages, what is built for a machine.
      ...libraries.map((library) => library.replace(/\/ruby$/, '/rubygems-integration')),
      pathFrom(folder, 'vendor/bundle/ruby'),
    ];
    const homes = [
      ...named,
      'usr/local/bundle',
      'usr/share/gems',
      ...versioned.flatMap((place) => tree.list(place).map((name) => `${place}/${name}`)),
    ];
    const known = new Map<string, string>();
    for (const home of new Set(
      homes.flatMap((home) => [home, ...tree.list(`${home}/ruby`).map((name) => `${home}/ruby/${name}`)]),
    ))
      for (const name of tree.list(`${home}/gems`)) {
        if (known.size >= GEMS) return known;
        const gem = name.replace(/-\d[\w.]*(?:-[\w-]+)?$/, '');
        if (!known.has(gem)) known.set(gem, `${home}/gems/${name}`);
        const lib = `${home}/gems/${name}/lib`;
        put(lib);
        // concurrent-ruby has a folder in it on the path, which its specification names; such a one holds nothing else.
        if (tree.list(lib).length === 1) put(`${lib}/${gem}`);
        // What was compiled of it: `extensions/x86_64-linux/3.1.0/nokogiri-1.15.0`.
        for (const machine of tree.list(`${home}/extensions`))
          for (const version of tree.list(`${home}/extensions/${machine}`))
            put(`${home}/extensions/${machine}/${version}/${name}`);
      }
    return known;
  }
}
