"""Judges the causes that `plimsoll compare` names by facts that are not ours.

    judge.py FEEDS GRYPE_DB COMPARISON...        COMPARISON: what `compare -f json` wrote of two reports of Trivy and Grype

FEEDS are the publishers' records that the programs' databases were written of (data.py), GRYPE_DB is Grype's own database. None of
compare's rules is here. Each cause is held to what it says: a source of a severity to Trivy's SeveritySource and to the rows of
Grype's database, a missing record to the database that is said to lack it, a package that is not looked at to the program's own
inventory, a filter to the program's own list of what it ignored and to the arguments that it was run with. Beside a report
X may lie X.args (the arguments), X.packages.json (what Syft finds in the image) and, for X.sarif, X.cdx.json, X.gitlab.json and
X.asff.json, the JSON of the same run (X.json).

A verdict is true, false or unknown: no fact at hand decides it. The last line counts all three; unknown counts as not shown true.
"""
import collections, functools, glob, gzip, json, os, re, sqlite3, subprocess, sys, zipfile

FEEDS, GRYPE = sys.argv[1:3]
LEVELS = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']
LATER = ['redhat', 'debian', 'ubuntu', 'alpine', 'amazon', 'alma', 'rocky', 'ghsa']
OTHER_FORMATS = r'\.(?:cdx|gitlab|asff)\.json$'
RELEASES = {'10': 'buster', '11': 'bullseye', '12': 'bookworm'}


# ---- Facts of the publishers
@functools.cache
def tracker():
    with open(f'{FEEDS}/debian/tracker.json') as file:
        return json.load(file)


@functools.cache
def osv():
    """Records by every id that they go by."""
    found = collections.defaultdict(list)
    for path in glob.glob(f'{FEEDS}/osv/*/all.zip'):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                record = json.loads(packed.read(name))
                for id in {record['id'], *record.get('aliases', []), *record.get('upstream', []), *record.get('related', [])}:
                    found[id].append(record)
    return found


@functools.cache
def nvd():
    found = {}
    for path in glob.glob(f'{FEEDS}/nvd/*.gz'):
        for one in json.load(gzip.open(path))['vulnerabilities']:
            found[one['cve']['id']] = {'text': ' '.join(text['value'] for text in one['cve'].get('descriptions', [])), 'status': one['cve'].get('vulnStatus', ''), 'published': one['cve'].get('published', ''), 'metrics': one['cve'].get('metrics', {})}
    return found


@functools.cache
def alpine(release):
    fixes = collections.defaultdict(dict)
    for path in glob.glob(f'{FEEDS}/alpine/v{release}/*.json'):
        with open(path) as file:
            for entry in json.load(file).get('packages') or []:
                for version, ids in (entry['pkg'].get('secfixes') or {}).items():
                    for id in re.findall(r'CVE-\d+-\d+', ' '.join(ids or [])):
                        fixes[entry['pkg']['name']][id] = version
    return fixes


base = sqlite3.connect(f'file:{GRYPE}?mode=ro', uri=True)


@functools.cache
def grype_severities(id, provider):
    """What Grype's database holds of a record's severity, the first of which counts."""
    row = base.execute('select b.value from vulnerability_handles v join blobs b on b.id = v.blob_id where v.name = ? and v.provider_id = ? order by v.id desc', (id, provider)).fetchall()
    for (value,) in row:
        given = json.loads(value).get('severities')
        if given:
            return given
    return []


def grype_severities_of(id, provider, os_name, release):
    """Of one release: a distribution's record is one for each."""
    rows = base.execute('select distinct b.value from vulnerability_handles v join blobs b on b.id = v.blob_id join affected_package_handles a on a.vulnerability_id = v.id left join operating_systems o on o.id = a.operating_system_id where v.name = ? and v.provider_id = ? and (o.name is null or (o.name = ? and o.major_version = ?))', (id, provider, os_name, release.split('.')[0])).fetchall()
    return next((json.loads(value).get('severities', []) for (value,) in rows), [])


def grype_affects(ids, names):
    """Whether Grype's database names a package for a vulnerability at all."""
    marks = lambda many: ','.join('?' * len(many))
    return base.execute(f'select count(*) from affected_package_handles a join vulnerability_handles v on v.id = a.vulnerability_id join packages p on p.id = a.package_id where v.name in ({marks(ids)}) and lower(p.name) in ({marks(names)})', [*ids, *names]).fetchone()[0] > 0


# ---- Reports
class Report:
    def __init__(self, described):
        self.name, self.path, self.scanner, self.format = described['name'], described['where'], described['scanner'], described['format']
        with open(self.path) as file:
            self.raw = json.load(file)
        self.sarif = 'runs' in self.raw
        # Judged by the JSON of the same run, which says more.
        self.cut = self.sarif or re.search(OTHER_FORMATS, self.path) is not None
        self.args = open(f'{self.path}.args').read() if os.path.exists(f'{self.path}.args') else ''
        sibling = re.sub(r'\.sarif$|' + OTHER_FORMATS, '.json', self.path)
        self.json = json.load(open(sibling)) if os.path.exists(sibling) and sibling.endswith('.json') else None
        source = self.json if self.cut else self.raw
        self.rows = self.trivy(source) if self.scanner == 'trivy' else self.grype(source.get('matches', [])) if source else []
        self.ignored = [] if self.scanner == 'trivy' or not source else self.grype(source.get('ignoredMatches') or [])
        if self.scanner == 'trivy' and source:
            self.ignored = [self.trivy_row(one['Finding'], {'Type': ''}) for result in source.get('Results') or [] for one in result.get('ExperimentalModifiedFindings') or []]
        self.packages = self.inventory(source)
        system = (source or {}).get('Metadata', {}).get('OS', {}) if self.scanner == 'trivy' else (source or {}).get('distro', {})
        self.os = system.get('Family') or system.get('name') or ''
        self.release = re.match(r'\d+(?:\.\d+)?', system.get('Name') or system.get('version') or '').group(0) if re.match(r'\d', system.get('Name') or system.get('version') or '') else ''
        if self.os in ('debian', 'almalinux', 'alma'):
            self.release = self.release.split('.')[0]

    def trivy_row(self, one, result):
        return {'ids': {one['VulnerabilityID'], *(one.get('VendorIDs') or [])}, 'id': one['VulnerabilityID'], 'package': one['PkgName'].lower(), 'version': one['InstalledVersion'], 'severity': one['Severity'].upper(), 'fixed': one.get('FixedVersion', ''), 'status': one.get('Status', ''), 'source': one.get('SeveritySource', ''), 'type': result.get('Type', ''), 'path': one.get('PkgPath', ''), 'feed': one.get('DataSource', {}).get('ID', ''), 'raw': one}

    def trivy(self, source):
        return [self.trivy_row(one, result) for result in (source or {}).get('Results') or [] for one in result.get('Vulnerabilities') or []]

    def grype(self, matches):
        made = []
        for match in matches:
            vulnerability, artifact = match['vulnerability'], match['artifact']
            fix = vulnerability.get('fix', {})
            made.append({'ids': {vulnerability['id'], *(one['id'] for one in match.get('relatedVulnerabilities') or [])}, 'id': vulnerability['id'], 'package': artifact['name'].lower(), 'version': artifact['version'], 'severity': vulnerability['severity'].upper(), 'fixed': ', '.join(fix.get('versions') or []), 'status': fix.get('state', ''), 'namespace': vulnerability['namespace'], 'type': artifact['type'], 'path': (artifact.get('locations') or [{}])[0].get('path', ''), 'match': {detail['type'] for detail in match.get('matchDetails') or []}, 'raw': match})
        return made

    def inventory(self, source):
        if self.scanner == 'trivy':
            listed = [one for result in (source or {}).get('Results') or [] for one in result.get('Packages') or []]
            return {(one['Name'].lower(), one.get('Version', '')) for one in listed} if listed else None
        witness = f'{self.path}.packages.json'
        if not os.path.exists(witness):
            return None
        with open(witness) as file:
            return {(one['name'].lower(), one['version']) for one in json.load(file)['artifacts']}

    def at(self, ids, packages, version):
        plain = lambda text: re.sub(r'^\d+:', '', text)
        found = [row for row in self.rows if row['ids'] & ids and (row['package'] in packages or not packages)]
        # A package of a language and one of the system may have one name: the version tells them apart, where it does.
        return [row for row in found if version and plain(row['version']) == plain(version)] or found

    def rated_by(self, row):
        """Whose severity it is: `vendor`, `ghsa`, `nvd`, who rated in NVD's record, or `none`."""
        if self.scanner == 'trivy':
            if row['source']:
                return 'vendor' if row['source'] == self.os else row['source']
            # Nobody it asks first has a level: then one of the others that the row lists, which have to have the level shown.
            others = [name for name, level in row['raw'].get('VendorSeverity', {}).items() if LEVELS[level] == row['severity']]
            return 'none' if row['severity'] == 'UNKNOWN' else next((one for one in LATER if one in others), 'somebody')
        provider = row['namespace'].split(':')[0]
        if ':distro:' in row['namespace']:
            _, _, system, release = row['namespace'].split(':')[:4]
            given = grype_severities_of(row['id'], provider, system, release)
        else:
            # With --by-cve the row goes by the CVE, and its severity is still that of the record that matched.
            given = next((found for id in [row['id'], *sorted(row['ids'])] if (found := grype_severities(id, provider))), [])
        if not given or row['severity'] == 'UNKNOWN':
            return 'none'
        first = given[0]
        if first['scheme'] == 'CVSS' and first.get('source'):
            return 'nvd' if first['source'] == 'nvd@nist.gov' else first['source'].lower()
        return 'ghsa' if provider == 'github' else 'nvd' if provider == 'nvd' else 'vendor'


# ---- Verdicts
def spoken(half, party):
    """Whether one side's half of the sentence names that source."""
    words = {'vendor': r'distribution says|debian|ubuntu|alma', 'nvd': r'\bNVD', 'none': r'no rating|not known', 'ghsa': r'GHSA|GitHub'}
    # A score without its owner names nobody, so nobody wrong; neither does "it does not say whose", of a judgement that no score gives.
    if 'it does not say whose' in half:
        return party not in ('nvd', 'none') and ("another vendor's judgement than" not in half or party != 'vendor')
    if party != 'vendor' and re.search(r'\(CVSS \d\.\d [\d.]+\)', half):
        return True
    return re.search(words.get(party, r'CISA|CNA|NVD|' + re.escape(party)), half, re.I) is not None


def sources(row, a, b):
    return {(row['package'] or '').lower()} | {source for side in (a, b) for found in side.rows if found['ids'] & row['ids'] and found['package'] in row['packages'] for source in source_names(found)}


def source_names(found):
    raw = found['raw']
    return {one['name'] for one in raw['artifact'].get('upstreams') or []} if 'artifact' in raw else set()


def words_of(row, side, names):
    """The distribution's own words for the vulnerability in these source packages and this release."""
    if side.os == 'debian':
        return {(one.get('urgency') or '').rstrip('*') for name in names for id in row['ids'] for one in [tracker().get(name, {}).get(id, {}).get('releases', {}).get(RELEASES.get(side.release), {})] if one} - {'', 'not yet assigned'}
    if side.os == 'ubuntu':
        return {one['score'] for id in row['ids'] for record in osv()[id] if record['id'].startswith('UBUNTU') for one in record.get('severity', []) if one['type'] == 'Ubuntu'}
    if side.os in ('alma', 'almalinux'):
        return {record['summary'].split(':')[0].lower() for id in row['ids'] for record in osv()[id] if record['id'].startswith('ALSA')}
    return set()


def severity_source(row, cause, a, b, left, right):
    if not left or not right:
        return None, 'no row'
    parties = a.rated_by(left[0]), b.rated_by(right[0])
    halves = cause['says'].split('; ')
    if parties[0] == parties[1]:
        return False, f'both by {parties[0]}'
    for side, party in ((a, parties[0]), (b, parties[1])):
        half = next((one for one in halves if one.startswith(side.name)), '')
        if not spoken(half, party):
            return False, f'{side.name} by {party}, said: {half}'
    return True, ' / '.join(parties)


def vendor_map(row, cause, a, b, left, right):
    parties = a.rated_by(left[0]), b.rated_by(right[0])
    words = words_of(row, a if a.os else b, sources(row, a, b))
    if parties != ('vendor', 'vendor'):
        return False, f'by {parties}'
    return (True, words) if words else (False, 'the distribution has no word')


def fix_state(row, cause, a, b, left, right):
    side = a if a.os else b
    if 'neither names' in cause['says']:
        if left[0]['fixed'] or right[0]['fixed']:
            return False, 'one names a version'
        if left[0]['status'] == right[0]['status']:
            return False, 'same word'
    if (left + right)[0]['type'] in LANGUAGES:
        return of_another_branch(row, left, right)
    if side.os == 'debian':
        states = [one for name in sources(row, a, b) for id in row['ids'] for one in [tracker().get(name, {}).get(id, {}).get('releases', {}).get(RELEASES.get(side.release))] if one]
        if 'neither names' in cause['says']:
            return any('nodsa' in one or one.get('urgency') == 'unimportant' or one['status'] == 'open' for one in states), states
        return any(one['status'] == 'open' and one.get('fixed_version') for one in states), states
    return True, (left[0]['status'], right[0]['status'])


LANGUAGES = {'python': 'PyPI', 'python-pkg': 'PyPI', 'npm': 'npm', 'node-pkg': 'npm', 'java-archive': 'Maven', 'jenkins-plugin': 'Maven', 'jar': 'Maven', 'go-module': 'Go', 'gobinary': 'Go', 'gem': 'RubyGems', 'gemspec': 'RubyGems', 'dotnet': 'NuGet', 'dotnet-core': 'NuGet', 'php-composer': 'Packagist', 'composer-vendor': 'Packagist'}


def of_another_branch(row, left, right):
    """One lists versions that the record has for other ranges than that of the installed version, or as the end of what is known."""
    listed = {version.strip() for one in left + right for version in one['fixed'].split(',') if version.strip()}
    known = set()
    for record in {record['id']: record for id in row['ids'] for record in osv()[id]}.values():
        for affected in record.get('affected', []):
            known |= {event['fixed'] for span in affected.get('ranges', []) for event in span['events'] if 'fixed' in event}
            known |= set(re.findall(r'^< ?(\S+)$', (affected.get('database_specific') or {}).get('last_known_affected_version_range') or ''))
    states = {bool(left[0]['fixed']), bool(right[0]['fixed'])}
    return states == {True, False} and listed <= known, (listed, known)


def coming_fixes(row, a, b):
    """Fixes that the tracker names in entries that it calls open: Grype's database has them, Trivy's has none."""
    side = a if a.os else b
    if side.os != 'debian':
        return set()
    entries = [tracker().get(name, {}).get(id, {}).get('releases', {}).get(RELEASES.get(side.release)) for name in sources(row, a, b) for id in row['ids']]
    return {one['fixed_version'] for one in entries if one and one['status'] == 'open' and one.get('fixed_version') not in (None, '', '0')}


def bounds_unread(row, cause, a, b, left, right):
    """Of a package of Python: a bound that Trivy's expression for versions cuts in two, or will not take. Of Debian: a fix that is to come."""
    lacks = a if not left else b
    coming = coming_fixes(row, a, b)
    if coming and (left + right)[0]['type'] in ('deb', 'debian'):
        there = [one for one in coming if subprocess.run(['dpkg', '--compare-versions', (left + right)[0]['version'], 'ge', one]).returncode == 0]
        return lacks.scanner == 'grype' and bool(there), coming
    bounds = {text for id in row['ids'] for record in osv()[id] for affected in record.get('affected', []) for span in affected.get('ranges', []) for event in span['events'] for text in event.values()}
    side = a if a.os else b
    if side.os == 'alpine' and (left + right)[0]['type'] in ('apk', 'alpine'):
        names = row['packages'] | sources(row, a, b)
        kept = {version for path in glob.glob(f'{FEEDS}/alpine/v{side.release}/*.json') for entry in json.load(open(path)).get('packages') or [] if entry['pkg']['name'] in names for version, ids in (entry['pkg'].get('secfixes') or {}).items() if row['ids'] & set(' '.join(ids or []).split())}
        return len(kept) > 1, kept
    odd = {text for text in bounds if re.search(r'(?:alpha|beta|preview)[-_.]?\d|\+|-NA$|-[a-z]+\d*$', text)}
    return lacks.scanner == 'trivy' and bool(odd), odd or bounds


def filtered(row, cause, a, b, left, right):
    lacks = a if not left else b
    has = right if not left else left
    if any(one['ids'] & row['ids'] and one['package'] in row['packages'] for one in lacks.ignored):
        return True, 'in its own list of what it ignores'
    says = cause['says']
    if re.search(r'only what has|only fixed', says):
        told = re.search(r'--only-fixed|--ignore-unfixed', lacks.args)
        # Trivy knows no fix of an entry that is open, whatever the tracker says is to come.
        unfixed = not any(one['fixed'] for one in has) or (lacks.scanner == 'trivy' and {one['fixed'] for one in has} <= coming_fixes(row, a, b))
        return bool(told) and unfixed, lacks.args
    if 'told to look at' in says:
        kind = 'os' if says.endswith("the system's packages alone") else 'library'
        return bool(re.search(rf'--(?:pkg|vuln)-types?[ =]{kind}\b', lacks.args)), lacks.args
    if re.search(r'severity list|restricted to', says):
        listed = re.search(r'--severity[ =]([A-Z,]+)', lacks.args)
        return bool(listed), lacks.args
    return False, 'not told to, and not in its list'


def uncovered(row, cause, a, b, left, right):
    lacks = a if not left else b
    names = {one.lower() for one in row['packages'] | sources(row, a, b)}
    if lacks.scanner == 'grype':
        return not grype_affects(list(row['ids']), list(names)), 'rows of its database'
    # Trivy reads GitHub's records for languages, and the distribution's own.
    kinds = {'python': 'PyPI', 'npm': 'npm', 'java-archive': 'Maven', 'go-module': 'Go', 'gem': 'RubyGems'}
    types = {one['type'] for one in left + right}
    known = [record['id'] for id in row['ids'] for record in osv()[id] if record['id'].startswith(('GHSA', 'GO-')) and not record.get('withdrawn') and any(affected['package']['name'].lower().replace('_', '-').replace('.', '-') in {one.replace('_', '-').replace('.', '-') for one in names} for affected in record['affected'])]
    return (not known, known) if types & set(kinds) else (None, types)


def not_looked_at(row, cause, a, b, left, right):
    lacks = a if not left else b
    if lacks.packages is None:
        return None, 'no inventory'
    inside = [one for one in lacks.packages if one[0] in row['packages'] and (one[1] == row['version'] or not row['version'])]
    return not inside, inside or 'not in its inventory'


def by_match(row, cause, a, b, left, right):
    has = left or right
    if not all('cpe-match' in one.get('match', ()) for one in has):
        return False, 'no match by CPE'
    side = a if a.os else b
    if side.os == 'alpine':
        known = [name for name in row['packages'] | sources(row, a, b) for id in row['ids'] if id in alpine(side.release)[name]]
        return not known, known or 'not in the secdb'
    return True, 'its own word'


def several_ids(row, cause, a, b, left, right):
    if not left or not right:
        return another_name(row, cause, a, b, left, right)
    counts = len({one['id'] for one in left}), len({one['id'] for one in right})
    known = {id for one in row['ids'] for record in osv()[one] for id in [record['id'], *record.get('aliases', [])]}
    listed = {one['id'] for one in left + right}
    return len(listed) > 1 and counts[0] != counts[1] and listed <= known | row['ids'], listed


def another_name(row, cause, a, b, left, right):
    """The one without the row has the package under the other id, which a record lists beside this one, or for which NVD rejected it."""
    lacks = a if not left else b
    said = set(re.findall(r'CVE-\d{4}-\d+', cause['says'])) - {row_id for row_id in row['ids'] if row_id.startswith('CVE')}
    there = {id for one in lacks.rows if one['package'] in row['packages'] for id in one['ids']} & said
    together = {id for own in row['ids'] for record in osv()[own] for id in [*record.get('aliases', []), *record.get('related', []), *record.get('upstream', [])]}
    rejected = {id for own in row['ids'] | said if nvd().get(own, {}).get('status') == 'Rejected' for id in re.findall(r'CVE-\d{4}-\d+', nvd()[own]['text'])} | row['ids']
    return bool(there & (together | (rejected if any(nvd().get(id, {}).get('status') == 'Rejected' for id in row['ids'] | said) else set()))), (said, there)


def invalid(row, cause, a, b, left, right):
    if any(id.startswith('TEMP-') for id in row['ids']):
        return True, 'TEMP'
    if any(nvd().get(id, {}).get('status') == 'Rejected' for id in row['ids']):
        return True, 'rejected by NVD'
    records = [record for id in row['ids'] for record in osv()[id]]
    if any(record.get('withdrawn') for record in records):
        return True, 'withdrawn'
    names = sources(row, a, b)
    return any(one.get('status') == 'undetermined' for name in names for id in row['ids'] for one in tracker().get(name, {}).get(id, {}).get('releases', {}).values()), 'tracker'


def format_says_less(row, cause, a, b, left, right):
    if a.scanner == b.scanner and a.sarif != b.sarif:
        # Of one scan, and of nothing that was left out: both have the row, and rows below LOW are what SARIF cannot write.
        return bool(left and right), 'one scan in two formats' if left and right else 'a row that one lacks'
    coarse = next((side for side in (a, b) if side.sarif), None)
    if coarse is None:
        return False, 'no format that says less'
    found = left if coarse is a else right
    return any(one['severity'] in ('NEGLIGIBLE', 'UNKNOWN') for one in found), [one['severity'] for one in found]


def copies(row, cause, a, b, left, right):
    paths = [{(one['package'], one['path']) for one in side} for side in (left, right)]
    return len(paths[0]) != len(paths[1]), paths


def names_apart(row, cause, a, b, left, right):
    names = [{one['package'] for one in side} for side in (left, right)]
    return names[0] != names[1], names


def held_back(row, cause, a, b, left, right):
    # Of a place that both have the one with fewer rows: some of its binaries may be held back.
    lacks = a if len(left) < len(right) else b
    # A rule about the finding, not a flag about all that have no fix.
    rules = [rule for one in lacks.ignored if one['ids'] & row['ids'] for rule in one['raw'].get('appliedIgnoreRules') or [{'vulnerability': 'x'}]]
    return any(rule.get('vulnerability') or rule.get('package') or rule.get('vex-status') for rule in rules), rules


def cvss_versions(row, cause, a, b, left, right):
    parties = {a.rated_by(left[0]), b.rated_by(right[0])}
    outside = parties & {'vendor', 'ghsa', 'none'}
    # Where the JSON of both runs has one level, only the reading of another format made them two.
    shown = left[0]['severity'], right[0]['severity']
    return not outside and shown[0] != shown[1], (parties, shown)


def in_layer(row, cause, a, b, left, right):
    has = a if left else b
    return 'all-layers' in json.dumps((has.raw.get('descriptor') or {}).get('configuration', {}).get('search', {})) or '--scope all-layers' in has.args, has.args


def by_age(row, cause, a, b, left, right):
    return None, 'the databases are of one day'


JUDGES = {
    'severity.source-order': severity_source, 'severity.vendor-map': vendor_map, 'severity.cvss-version': cvss_versions, 'fix.status-semantics': fix_state,
    'filter.default': filtered, 'feed.coverage': uncovered, 'inventory.source-built': not_looked_at, 'inventory.conda': not_looked_at, 'inventory.lang-gate': not_looked_at,
    'inventory.embedded': not_looked_at, 'ownership.suppression': not_looked_at, 'match.method': by_match, 'id.alias': several_ids, 'record.validity': invalid,
    'report.parse': format_says_less, 'unit.location-copy': copies, 'unit.binary-vs-source': names_apart, 'suppression.vex': held_back, 'match.version-input': bounds_unread, 'layer.model': in_layer, 'feed.age': by_age,
}


def main():
    counts, wrong, open_places = collections.Counter(), collections.defaultdict(list), 0
    for path in sys.argv[3:]:
        with open(path) as file:
            comparison = json.load(file)
        reports = {one['name']: Report(one) for one in comparison['reports']}
        rows = {one['key']: one for one in comparison['rows']}
        for difference in comparison['differences']:
            a, b = (reports[name] for name in difference['between'])
            told = rows[difference['key']]
            ids = {told['id'], *told['aliases']}
            packages = {name.lower() for cell in told['reportedBy'] for name in cell['packages']}
            # Grype names a Java package without its group.
            row = {'ids': ids, 'package': told['package'], 'version': told['version'], 'packages': packages | {name.split(':')[-1] for name in packages}}
            cells = [next((cell for cell in told['reportedBy'] if cell['report'] == name), None) for name in difference['between']]
            left, right = (side.at(ids, row['packages'], told['version']) if cell else [] for side, cell in zip((a, b), cells))
            # The row whose severity is shown.
            left, right = (sorted(found, key=lambda one: one['severity'] != cell['severity']) if cell else [] for found, cell in zip((left, right), cells))
            for cause in difference['causes']:
                if cause['proof'] == 'none':
                    open_places += 1
                    continue
                judge = JUDGES.get(cause['code'])
                try:
                    verdict, why = judge(row, cause, a, b, left, right) if judge else (None, 'no judge')
                except (IndexError, KeyError) as error:
                    verdict, why = None, repr(error)
                word = {True: 'true', False: 'false', None: 'unknown'}[verdict if verdict is None else bool(verdict)]
                counts[os.path.basename(path), difference['kind'], cause['code'], cause['proof'], word] += 1
                if word != 'true':
                    wrong[os.path.basename(path), cause['code'], word].append((difference['key'], difference['values'], cause['says'][:200], why))
    for key, count in sorted(counts.items()):
        print(f'{count:6}', *key)
    for key, examples in wrong.items():
        print(*key)
        for one in examples[: int(os.environ.get('EXAMPLES', '3'))]:
            print('      ', *one)
    total, by_code = collections.Counter(), collections.defaultdict(collections.Counter)
    for (_, _, code, _, word), count in counts.items():
        total[word] += count
        by_code[code][word] += count
    for code, words in sorted(by_code.items()):
        print(f'{100 * words["true"] / sum(words.values()):5.1f} % true of {sum(words.values()):6}', code, f'false {words["false"]}, unknown {words["unknown"]}')
    named = sum(total.values())
    print(f'named {named}: true {total["true"]}, false {total["false"]}, unknown {total["unknown"]}; {100 * total["true"] / max(named, 1):.1f} % true; not explained {open_places}')


main()
