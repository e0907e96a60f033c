"""Labels made of publishers' records: which vulnerability is in which version of which package, a JSON line for each package and version.

    recorded-matches.py FEEDS        E2E_RECORDS=full: of all packages, and of more versions of each

Told apart from the program under test on purpose: what a record means is what Debian's tracker, Alpine's secdb and the OSV specification
say of their fields (NVD's of its match criteria), and versions are ordered by the programs whose they are: dpkg's library, Python's packaging, npm's semver, Maven's
ComparableVersion; rpm's by its documented rule (https://rpm-software-management.github.io/rpm/manual/dependencies.html). Where no such
program is there (apk, RubyGems, NuGet, Packagist), only versions of plain numbers are labelled, which order themselves.
"""
import collections, glob, gzip, hashlib, json, os, re, shutil, subprocess, sys, zipfile
from functools import cmp_to_key
from urllib.parse import quote

FEEDS = sys.argv[1]
FULL = os.environ.get('E2E_RECORDS') == 'full'
# Versions of each package, and of how many packages of a distribution one is taken: thousands of binaries come of the same records.
VERSIONS = 5 if FULL else 3
# A program of NVD's has hundreds of records.
OF_PROGRAM = 60 if FULL else 24
STEP = {} if FULL else {'rpm': 16, 'deb': 4, 'apk': 2}
MAVEN = next((path for path in ('/usr/share/java/maven3-artifact.jar', '/usr/share/java/maven-artifact.jar') if os.path.exists(path)), None)


# ---- What records say: (world, package) -> vulnerability -> [test of a version, in bounds]. A test is `all`, `none`, or a list of ranges.
class Package:
    def __init__(self):
        self.said = collections.defaultdict(list)
        self.versions = set()
        self.unclear = set()


packages = collections.defaultdict(Package)


def say(world, name, id, ranges, listed=(), versions=(), fixed=()):
    """`fixed`: versions that the same record calls fixed elsewhere, as a rebuild (`.el8` beside `.el8.alma`)."""
    package = packages[world, name]
    package.said[id].append((ranges, frozenset(listed), frozenset(fixed)))
    package.versions.update(version for version in versions if version not in ('0', ''))


def tracker():
    numbers = {'buster': '10', 'bullseye': '11', 'bookworm': '12'}
    with open(f'{FEEDS}/debian/tracker.json') as file:
        for name, ids in json.load(file).items():
            for id, told in ids.items():
                for release, word in told['releases'].items():
                    world = f'deb/debian?distro=debian-{numbers[release]}'
                    fixed, seen = word.get('fixed_version'), [*word.get('repositories', {}).values()]
                    if word['status'] == 'open':
                        say(world, name, id, [[('introduced', '0')]], versions=seen)
                    elif word['status'] == 'resolved' and fixed == '0':
                        say(world, name, id, [], versions=seen)
                    elif word['status'] == 'resolved' and fixed:
                        say(world, name, id, [[('introduced', '0'), ('fixed', fixed)]], versions=[*seen, fixed, f'{fixed}~'])
                    else:
                        packages[world, name].unclear.add(id)


def secdb():
    for path in sorted(glob.glob(f'{FEEDS}/alpine/v*/*.json')):
        release = path.split('/')[-2]
        with open(path) as file:
            for entry in json.load(file).get('packages') or []:
                name, fixes = entry['pkg']['name'], entry['pkg'].get('secfixes') or {}
                for fixed, ids in fixes.items():
                    packages[f'apk/alpine?distro=alpine-{release[1:]}', name].unclear |= {id for text in ids or [] for id in re.findall(r'\b(?!CVE)[A-Za-z]+-[\w-]+', text)}
                    for id in {f'CVE-{number}' for text in ids or [] for number in re.findall(r'CVE[-_ ](\d+-\d+)', text)}:
                        world = f'apk/alpine?distro=alpine-{release[1:]}'
                        # The version `0` says "never was in here".
                        ranges = [] if fixed == '0' else [[('introduced', '0'), ('fixed', fixed)]]
                        say(world, name, id, ranges, versions=[*fixes, re.sub(r'-r\d+$', '-r0', fixed)])


# What programs and libraries of images are called by NVD.
PRODUCTS = {name: f'{vendor}:{product or name}' for name, vendor, product in re.findall(r'(\S+)=([^:\s]+):?(\S*)', '''
    curl=haxx ffmpeg=ffmpeg tiff=libtiff:libtiff openjpeg=uclouvain libwebp=webmproject freetype=freetype libxml2=xmlsoft expat=libexpat_project:libexpat
    libxslt=xmlsoft sqlite=sqlite hdf5=hdfgroup gdal=osgeo libsndfile=libsndfile_project libraw=libraw openexr=openexr opencv=opencv grpc=grpc nghttp2=nghttp2
    libssh2=libssh2 krb5=mit:kerberos_5 libgit2=libgit2 pcre=pcre pcre2=pcre libarchive=libarchive gnutls=gnu cairo=cairographics poppler=freedesktop
    ghostscript=artifex redis=redis memcached=memcached mongodb=mongodb httpd=apache:http_server haproxy=haproxy traefik=traefik nodejs=nodejs:node.js
    ruby=ruby-lang perl=perl php=php go=golang busybox=busybox git=git-scm wget=gnu glibc=gnu binutils=gnu gcc=gnu cmake=kitware vault=hashicorp consul=hashicorp
    runc=linuxfoundation containerd=linuxfoundation giflib=giflib_project graphviz=graphviz lcms2=littlecms:little_cms libgd=libgd libressl=openbsd
    ncurses=gnu openldap=openldap pulseaudio=pulseaudio qt=qt systemd=systemd_project thrift=apache unixodbc=unixodbc kafka=apache spark=apache hadoop=apache
    elasticsearch=elastic grafana=grafana prometheus=prometheus minio=minio lighttpd=lighttpd mariadb=mariadb postgresql=postgresql python=python deno=deno
    ''')}
NVD_YEARS = '*' if FULL else '20[12][1458]'


def nvd():
    """What names no version, another system or something beside the program is left out: what is made of that is held elsewhere."""
    names = collections.defaultdict(list)
    for name, product in PRODUCTS.items():
        names[product].append(name)
    for path in sorted(glob.glob(f'{FEEDS}/nvd/nvdcve-2.0-{NVD_YEARS}.json.gz')):
        with gzip.open(path) as file:
            for cve in (entry['cve'] for entry in json.load(file)['vulnerabilities']):
                if cve.get('vulnStatus') == 'Rejected' or any('** REJECT' in text['value'] for text in cve['descriptions']):
                    continue
                for configuration in cve.get('configurations', []):
                    for node in configuration['nodes']:
                        for part in node.get('cpeMatch', []):
                            fields = [re.sub(r'\\(.)', r'\1', field) for field in re.split(r'(?<!\\):', part['criteria'])]
                            if fields[2] == 'a' and part['vulnerable']:
                                for name in names.get(f'{fields[3]}:{fields[4]}', []):
                                    read_part(name, cve['id'], part, fields, configuration.get('operator') == 'AND')


def read_part(name, id, part, fields, conditional):
    start, after, last, fixed = (part.get(key) for key in ('versionStartIncluding', 'versionStartExcluding', 'versionEndIncluding', 'versionEndExcluding'))
    version = fields[5] + (f'-{fields[6]}' if fields[6] not in '*-' else '')
    if conditional or fields[10] not in '*-' or fields[11] not in '*-' or not (start or after or last or fixed or version[0] not in '*-'):
        packages['generic', name].unclear.add(id)
    elif start or after or last or fixed:
        events = [('after', after) if after and not start else ('introduced', start or '0'), *([('fixed', fixed)] if fixed else []), *([('last_affected', last)] if last else [])]
        bounds = [bound for _, bound in events if bound != '0']
        below = [re.sub(r'\d+$', lambda found: str(int(found[0]) - 1), bound) for bound in bounds if re.search(r'[1-9]\d*$', bound)]
        say('generic', name, id, [events], versions=[*bounds, *below])
    else:
        say('generic', name, id, [], listed=[version], versions=[version])


def osv(ecosystems):
    seen = set()
    for ecosystem in ecosystems:
        path = f'{FEEDS}/osv/{ecosystem}/all.zip'
        if not os.path.exists(path):
            continue
        with zipfile.ZipFile(path) as packed:
            for member in packed.namelist():
                record = json.loads(packed.read(member))
                if record['id'] not in seen:
                    seen.add(record['id'])
                    read_record(record)


def numbers(version):
    return [int(number) for number in re.findall(r'\d+', re.sub(r'-[0-9a-f]{12}$', '', version))]


def read_record(record):
    bulletin = re.match(r'(?:ALSA|ALBA|ALEA|RLSA|RXSA|USN|LSN)-', record['id'])
    every = [record['id'], *record.get('aliases', []), *record.get('upstream', []), *(record.get('related', []) if bulletin else [])]
    ids = sorted({id for id in every if id.startswith('CVE-')}) or ([] if bulletin and not record['id'].startswith(('ALSA', 'RLSA')) else [record['id']])
    pro = {affected['package']['ecosystem'].replace('Pro:', '') for affected in record.get('affected', []) if ':Pro:' in affected.get('package', {}).get('ecosystem', '')}
    fixes = collections.defaultdict(set)
    for affected in record.get('affected', []):
        for entry in affected.get('ranges', []):
            fixes[affected.get('package', {}).get('name')] |= {event['fixed'] for event in entry['events'] if 'fixed' in event}
    for one in pro:
        # What only Ubuntu Pro fixes is held to its records elsewhere (distribution-records.test.ts).
        for affected in record['affected']:
            if world_of(one) is not None:
                packages[world_of(one), affected.get('package', {}).get('name')].unclear |= {*ids, record['id']}
    for affected in record.get('affected', []):
        package = affected.get('package', {})
        built = fixes[package.get('name')]
        world = world_of(package.get('ecosystem', ''))
        if world is None or ':Pro' in package['ecosystem'] or ':FIPS' in package['ecosystem']:
            continue
        name = {'pypi': lambda text: re.sub(r'[-_.]+', '-', text).lower(), 'nuget': str.lower, 'composer': str.lower}.get(world, str)(package['name'])
        read, bounds, listed = [], [], affected.get('versions') or []
        for entry in affected.get('ranges', []):
            if entry['type'] == 'GIT':
                continue
            events = [(key, bound) for event in entry['events'] for key, bound in event.items()]
            bounds += [bound for _, bound in events]
            read.append(events)
        # Where GitHub knows of no fix, its own range is beside the events, which have no end.
        known = re.fullmatch(r'(<=?) ?(\S+)', (affected.get('database_specific') or {}).get('last_known_affected_version_range') or '')
        if known and any(events[-1][0] == 'introduced' for events in read):
            end = ('limit' if known[1] == '<' else 'last_affected', known[2])
            read, listed = [events + [end] if events[-1][0] == 'introduced' else events for events in read], []
            bounds.append(known[2])
        # Versions that are none of the module are beside it; where its own range has no end, that stands for "not known" (the records say so in their text).
        custom = (affected.get('ecosystem_specific') or {}).get('custom_ranges') or []
        if custom:
            own = [[(key, bound) for event in entry['events'] for key, bound in event.items()] for entry in custom]
            # What has no tag is a version of the module all the same, of which its own range speaks.
            untagged = [[('introduced', '0'), ('limit', '0.0.1-0')]] if [('introduced', '0')] in read and not any(re.search(r'-\d{14}-', bound) for events in own for _, bound in events) else []
            # A beginning without an end stands for "from here on it is not known"; before it the versions beside it do not begin.
            floors = [events[-1] for events in read if events[-1][0] == 'introduced']
            own = [floors + events[1:] if events[0] == ('introduced', '0') and len(floors) == 1 and len(events) > 1 and numbers(floors[0][1]) < numbers(events[1][1]) else events for events in own]
            read = [events[:-1] if events[-1][0] == 'introduced' else events for events in read]
            read = [events for events in read if events] + own + untagged
            bounds += [bound for events in own for _, bound in events]
        # Go's advisories name the systems on which the code is vulnerable (https://go.dev/doc/security/vuln/database): these are Linux images.
        imports = (affected.get('ecosystem_specific') or {}).get('imports') or []
        elsewhere = bool(imports) and all(one.get('goos') and 'linux' not in one['goos'] for one in imports)
        if record.get('withdrawn') or elsewhere:
            read, listed = [], []
        step = max(1, len(listed) // 4)
        below = [re.sub(r'-[^-]+$', '-0.1.el8', bound) if world.startswith('rpm') else f'{bound}~' if world.startswith('deb') else f'{bound}-0' if kind_of(world) == 'semver' and '-' not in bound and '+' not in bound else bound for bound in bounds if bound != '0']
        for id in ids:
            say(world, name, id, read, listed, [*bounds, *below, *listed[::step]], built if bulletin else ())


def world_of(ecosystem):
    head, *rest = ecosystem.split(':')
    if head in ('AlmaLinux', 'Rocky Linux'):
        return f'rpm/{"almalinux" if head == "AlmaLinux" else "rocky"}?distro={"almalinux" if head == "AlmaLinux" else "rocky"}-{rest[0]}'
    if head == 'Ubuntu':
        return f'deb/ubuntu?distro=ubuntu-{rest[0]}'
    return {'PyPI': 'pypi', 'npm': 'npm', 'Maven': 'maven', 'Go': 'golang', 'RubyGems': 'gem', 'NuGet': 'nuget', 'Packagist': 'composer', 'Hex': 'hex', 'Pub': 'pub'}.get(head)


# ---- Orders: a list of versions becomes a list of ranks; None: it is no version there
def kind_of(world):
    return {'deb': 'dpkg', 'rpm': 'rpm', 'pypi': 'packaging', 'npm': 'semver', 'golang': 'semver', 'hex': 'semver', 'pub': 'semver', 'maven': 'maven'}.get(world.split('/')[0], 'numbers')


def ranked(versions, key):
    """Ranks of those that have a key, equal keys alike."""
    keys = sorted(((made, version) for version in versions if (made := key(version)) is not None), key=lambda one: one[0])
    ranks, rank = {}, 0
    for index, (made, version) in enumerate(keys):
        rank += index > 0 and keys[index - 1][0] < made
        ranks[version] = rank
    return ranks


def plain(version):
    found = re.fullmatch(r'v?(\d+(?:\.\d+)*)(?:-r(\d+))?', version)
    if not found:
        return None
    numbers = [int(one) for one in found[1].split('.')]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), int(found[2] or 0)


def apk(version):
    """Of plain numbers without leading zeros, which apk reads as fractions; a further part counts, even if it is 0."""
    found = re.fullmatch(r'((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*)-r(\d+)', version)
    return found and (tuple(int(one) for one in found[1].split('.')), int(found[2]))


def python_version(version):
    from packaging.version import InvalidVersion, Version
    try:
        made = Version(version)
    except InvalidVersion:
        return None
    return None if made.local else made


def segments(text):
    return re.findall(r'\d+|[A-Za-z]+|~|\^', text)


def rpm_part(a, b):
    left, right = segments(a), segments(b)
    for x, y in zip(left, right):
        if x == y:
            continue
        for mark in '~', '^':
            if x == mark or y == mark:
                return (-1 if mark == '~' else 1) * (1 if x == mark else -1)
        if x.isdigit() and y.isdigit():
            if int(x) != int(y):
                return 1 if int(x) > int(y) else -1
        elif x.isdigit() or y.isdigit():
            return 1 if x.isdigit() else -1
        else:
            return 1 if x > y else -1
    if len(left) == len(right):
        return 0
    longer, sign = (left, 1) if len(left) > len(right) else (right, -1)
    return -sign if longer[min(len(left), len(right))] == '~' else sign


def rpm_compare(a, b):
    split = lambda text: re.fullmatch(r'(?:(\d+):)?([^-]+)-([^-]+)', text).groups()
    (e, v, r), (f, w, s) = split(a), split(b)
    return (int(e or 0) > int(f or 0)) - (int(e or 0) < int(f or 0)) or rpm_part(v, w) or rpm_part(r, s)


def rpm_key(version):
    return cmp_to_key(rpm_compare)(version) if re.fullmatch(r'(?:\d+:)?[^-:]+-[^-:]+', version) and 'module' not in version else None


def ask(program, lists):
    done = subprocess.run(program, input=json.dumps(lists), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


DPKG = '''
use Dpkg::Version; use JSON::PP; local $/; my $lists = decode_json(<STDIN>); my @out;
for my $list (@$lists) { my $at = 0; my $last; my %rank;
  for my $one (sort { version_compare($a, $b) } @$list) { $at++ if defined $last && version_compare($last, $one); $rank{$one} = $at; $last = $one; }
  push @out, \\%rank; }
print encode_json(\\@out);
'''
SEMVER = '''
const { compare, valid } = require(process.argv[1]);
const lists = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(lists.map((list) => { let at = 0; let last; const rank = {};
  for (const one of list.filter((one) => valid(one)).sort(compare)) { if (last !== undefined && compare(last, one) !== 0) at += 1; rank[one] = at; last = one; }
  return rank; })));
'''


def semver_home():
    npm = shutil.which('npm')
    path = npm and os.path.normpath(os.path.join(os.path.realpath(npm), '..', '..', 'node_modules', 'semver'))
    return path if path and os.path.exists(path) else None


def maven_ranks(lists):
    """Those of plain numbers sort themselves here; Maven has to agree with each neighbour, or the package is left out."""
    if MAVEN is None or shutil.which('java') is None:
        return [{} for _ in lists]
    number = lambda version: tuple(int(one) for one in re.findall(r'\d+', version.split('-')[0]))
    sorted_lists = [sorted((one for one in found if re.fullmatch(r'[\w.+-]+', one)), key=number) for found in lists]
    flat = [one for found in sorted_lists for one in found]
    signs = []
    for at in range(0, len(flat), 900):
        text = subprocess.run(['java', '-cp', f'{MAVEN}:/usr/share/java/commons-lang3.jar', 'org.apache.maven.artifact.versioning.ComparableVersion', *flat[at:at + 901]], capture_output=True, text=True, check=True).stdout
        signs += re.findall(r'^ {3}\S+ (<|==|>) \S+$', text, re.M)
    out, at = [], 0
    for found in sorted_lists:
        between = signs[at:at + len(found) - 1] if found else []
        at += len(found)
        rank, ranks = 0, {}
        for index, one in enumerate(found):
            rank += index > 0 and between[index - 1] == '<'
            ranks[one] = rank
        out.append({} if '>' in between else ranks)
    return out


def rank_all():
    by_kind = collections.defaultdict(list)
    for key, package in packages.items():
        by_kind[kind_of(key[0])].append((key, sorted({*package.versions, *(bound for said in package.said.values() for ranges, _, _ in said for events in ranges for _, bound in events), *(one for said in package.said.values() for _, listed, _ in said for one in listed)} - {'0', ''})))
    ranks = {}
    for kind, found in by_kind.items():
        lists = [versions for _, versions in found]
        if kind == 'dpkg':
            lists = [[one for one in versions if re.fullmatch(r'[\w.+:~-]+', one) and one[0].isdigit()] for versions in lists]
            made = ask(['perl', '-e', DPKG], lists)
        elif kind == 'semver':
            home = semver_home()
            made = ask(['node', '-e', SEMVER, home], lists) if home else [{} for _ in lists]
        elif kind == 'maven':
            made = maven_ranks(lists)
        else:
            made = [ranked(versions, {'packaging': python_version, 'rpm': rpm_key}.get(kind, apk if key[0].startswith('apk') else plain)) for (key, _), versions in zip(found, lists)]
        for (key, _), rank in zip(found, made):
            ranks[key] = rank
    return ranks


# ---- https://ossf.github.io/osv-schema/#evaluation
def affected(version, said, rank):
    """Whether one of the statements means the version; None: one of them cannot be told."""
    verdict = False
    for ranges, listed, fixed in said:
        if version in fixed:
            continue
        if version in listed or any(rank.get(one) == rank[version] for one in listed if one in rank):
            return True
        for events in ranges:
            if any(bound != '0' and bound not in rank for _, bound in events):
                verdict = None
                continue
            order = {'fixed': 0, 'introduced': 1, 'after': 1, 'last_affected': 2, 'limit': 3}
            sorted_events = sorted(events, key=lambda event: (-1 if event[1] == '0' else rank[event[1]], order[event[0]]))
            # A list of last versions without a beginning in between is a list of affected ones: the furthest counts.
            following = [*(kind for kind, _ in sorted_events[1:]), None]
            state = False
            for (kind, bound), after in zip(sorted_events, following):
                if kind == after == 'last_affected':
                    continue
                at = -1 if bound == '0' else rank[bound]
                if kind == 'introduced' and rank[version] >= at or kind == 'after' and rank[version] > at:
                    state = True
                elif kind == 'fixed' and rank[version] >= at or kind == 'last_affected' and rank[version] > at or kind == 'limit' and rank[version] >= at:
                    state = False
            if state:
                return True
    return verdict


def purl(world, name, version):
    kind, _, qualifiers = world.partition('?')
    path = '/'.join(quote(one, safe='') for one in name.replace(':', '/', 1 if kind == 'maven' else 0).split('/'))
    return f'pkg:{kind}/{path}@{quote(version, safe="")}' + (f'?{qualifiers}' if qualifiers else '')


def main():
    tracker()
    secdb()
    nvd()
    osv(['PyPI', 'npm', 'Maven', 'Go', 'RubyGems', 'NuGet', 'Packagist', 'Hex', 'Pub', 'AlmaLinux', 'Rocky Linux', 'Ubuntu'])
    for kind, step in STEP.items():
        for key in [key for key in packages if key[0].startswith(kind)]:
            if int(hashlib.sha1(f'{key}'.encode()).hexdigest(), 16) % step:
                del packages[key]
    ranks = rank_all()
    for key, package in packages.items():
        rank = ranks[key]
        known = sorted((version for version in package.versions if version in rank), key=lambda one: (rank[one], one))
        step = max(1, -(-len(known) // (OF_PROGRAM if key[0] == 'generic' else VERSIONS)))
        for version in known[::step]:
            # No version of a release: what is said of such is said of none.
            if re.fullmatch(r'v?0+(\.0+)*(\.dev\d+|-0)?', version) and not key[0].startswith(('deb', 'rpm', 'apk')):
                continue
            # A day where a commit and its hash should be (https://go.dev/ref/mod#pseudo-versions).
            if key[0] == 'golang' and re.match(r'v?0\.0\.0-', version) and not re.fullmatch(r'v?0\.0\.0-(.+\.)?\d{14}-[0-9a-f]{12}', version):
                continue
            labels = {id: affected(version, said, rank) for id, said in package.said.items() if id not in package.unclear}
            print(json.dumps({'purl': purl(*key, version), 'name': key[1], 'version': version, 'yes': [id for id, verdict in labels.items() if verdict], 'no': [id for id, verdict in labels.items() if verdict is False], 'unclear': sorted({id for id in package.said if labels.get(id) is None} | package.unclear)}))


main()
