"""Lays the feeds beside the checkout out as the builders of other scanners' databases read them.

    data.py FEEDS OUT [Ubuntu] [AlmaLinux]

OUT/feeds    what Plimsoll reads of them: the same records
OUT/trivy    what the trivy-db module reads (vuln-list, GitHub's advisories, the Go vulnerability database)
OUT/grype    what Grype's database module reads: one folder for each of vunnel's providers

Ubuntu and AlmaLinux are laid out where they are asked for: their words for a vulnerability then count for packages of others in
Trivy, too, which the lens does not replay.

Only a few of GitHub's advisories on PyPI and none on Go are there, all others are laid out from the records that name them as
an alias: in substance the same, not in every field. So rows can be compared, and figures are not those of the publishers' data.
"""
import collections, glob, gzip, hashlib, json, math, os, re, shutil, sqlite3, sys, zipfile

FEEDS, OUT = (os.path.abspath(one) for one in sys.argv[1:3])
MORE = sys.argv[3:]
ECOSYSTEMS = {'PyPI': 'python', 'npm': 'npm', 'Maven': 'java', 'RubyGems': 'gem', 'NuGet': 'dotnet', 'Packagist': 'composer', 'Go': 'go'}
RELEASES = {'buster': '10', 'bullseye': '11', 'bookworm': '12'}


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        json.dump(value, file)


def records(ecosystem):
    path = f'{FEEDS}/osv/{ecosystem}/all.zip'
    if not os.path.exists(path):
        return []
    with zipfile.ZipFile(path) as packed:
        return [json.loads(packed.read(name)) for name in packed.namelist()]


def cvss3(vector):
    """The base score of a CVSS 3 vector. https://www.first.org/cvss/v3.1/specification-document"""
    parts = dict(part.split(':', 1) for part in vector.rstrip('/').split('/') if ':' in part)
    try:
        changed = parts['S'] == 'C'
        privileges = {'N': .85, 'L': .68 if changed else .62, 'H': .5 if changed else .27}[parts['PR']]
        reach = {'N': .85, 'A': .62, 'L': .55, 'P': .2}[parts['AV']] * {'L': .77, 'H': .44}[parts['AC']]
        reach *= 8.22 * privileges * {'N': .85, 'R': .62}[parts['UI']]
        loss = {'H': .56, 'L': .22, 'N': 0}
        base = 1 - (1 - loss[parts['C']]) * (1 - loss[parts['I']]) * (1 - loss[parts['A']])
    except KeyError:
        return None
    impact = 7.52 * (base - .029) - 3.25 * (base - .02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0
    whole = round(min((1.08 if changed else 1) * (impact + reach), 10) * 100000)
    return whole / 100000 if whole % 10000 == 0 else (math.floor(whole / 10000) + 1) / 10


def github_word(record):
    given = [one['score'] for one in record.get('severity', []) if one['type'] == 'CVSS_V3']
    score = cvss3(given[0]) if given else None
    if score:
        return 'CRITICAL' if score >= 9 else 'HIGH' if score >= 7 else 'MODERATE' if score >= 4 else 'LOW'
    return 'MODERATE' if int(hashlib.sha1(record['id'].encode()).hexdigest(), 16) % 2 else 'HIGH'


def as_github(record, id):
    """A record of a language's own database under the name that GitHub has for it."""
    made = json.loads(json.dumps(record))
    made['id'] = id
    made['aliases'] = [one for one in record['aliases'] if one != id] + [record['id']]
    made['database_specific'] = {'severity': github_word(made), 'github_reviewed': True, 'cwe_ids': [], 'github_reviewed_at': made.get('published'), 'nvd_published_at': None}
    # Of the standard library and the tools GitHub says nothing.
    made['affected'] = [one for one in made['affected'] if one['package']['name'] not in ('stdlib', 'toolchain')]
    for affected in made['affected']:
        affected.pop('database_specific', None)
        affected.pop('ecosystem_specific', None)
        affected['ranges'] = [one for one in affected.get('ranges', []) if one['type'] != 'GIT']
    for key in ('published', 'modified', 'withdrawn'):
        if made.get(key) and ' ' in made[key]:
            made[key] = re.sub(r'[+]00:00$', 'Z', made[key].replace(' ', 'T'))
    return made


def records_of(ecosystem):
    return {one['id']: one for one in records(ecosystem)}


def further(ecosystem):
    return records_of(ecosystem) if ecosystem in MORE else {}


all_records = {ecosystem: records_of(ecosystem) for ecosystem in ECOSYSTEMS}
github = {id: one for group in all_records.values() for id, one in group.items() if id.startswith('GHSA')}
for ecosystem in ('PyPI', 'Go'):
    for id, one in sorted(all_records[ecosystem].items()):
        for alias in one.get('aliases', []) if id.startswith(('PYSEC', 'GO-')) else []:
            if alias.startswith('GHSA-') and alias not in github:
                made = as_github(one, alias)
                if made['affected']:
                    github[alias] = all_records[ecosystem][alias] = made
print('GitHub advisories', len(github))

# ---- Plimsoll
for folder in ('feeds', 'trivy', 'grype'):
    shutil.rmtree(f'{OUT}/{folder}', ignore_errors=True)
os.makedirs(f'{OUT}/feeds/debian')
shutil.copy(f'{FEEDS}/debian/tracker.json', f'{OUT}/feeds/debian/tracker.json')
for folder in ('nvd', 'alpine'):
    os.symlink(f'{FEEDS}/{folder}', f'{OUT}/feeds/{folder}')
for ecosystem, group in all_records.items():
    os.makedirs(f'{OUT}/feeds/osv/{ecosystem}')
    with zipfile.ZipFile(f'{OUT}/feeds/osv/{ecosystem}/all.zip', 'w', zipfile.ZIP_DEFLATED) as packed:
        for id, one in group.items():
            packed.writestr(f'{id}.json', json.dumps(one))

for ecosystem in MORE:
    os.makedirs(f'{OUT}/feeds/osv/{ecosystem}')
    shutil.copy(f'{FEEDS}/osv/{ecosystem}/all.zip', f'{OUT}/feeds/osv/{ecosystem}/all.zip')

# ---- Trivy
TRIVY = f'{OUT}/trivy'
os.makedirs(f'{TRIVY}/cocoapods-specs/Specs')
for id, one in github.items():
    # GitHub's own files name ranges, and versions only where there is no range; the export lists every version besides, and Trivy passes over
    # a record that lists one which is none (0.3.2d.dev of joblib).
    plain = json.loads(json.dumps(one))
    for affected in plain['affected']:
        if any(span['type'] != 'GIT' for span in affected.get('ranges', [])):
            affected.pop('versions', None)
    # Files of GitHub are ordered by the month in which they came out: of two records on one CVE the last one is kept.
    year, month = (one.get('published') or '0000-00')[:7].split('-')
    write(f'{TRIVY}/ghsa/advisories/github-reviewed/{year}/{month}/{id}/{id}.json', plain)
for id, one in all_records['Go'].items():
    if id.startswith('GO-'):
        write(f'{TRIVY}/govulndb/data/osv/{id}.json', one)
tracker = json.load(open(f'{FEEDS}/debian/tracker.json'))
DEBIAN = f'{TRIVY}/vuln-list-debian/tracker'
for folder in ('CVE', 'DSA', 'DLA', 'source', 'updates-source'):
    os.makedirs(f'{DEBIAN}/{folder}')
write(f'{DEBIAN}/distributions.json', {name: {'major-version': number} for name, number in RELEASES.items()})


def debian_order(version):
    """A key that sorts as dpkg does. https://www.debian.org/doc/debian-policy/ch-controlfields.html#version"""
    epoch, _, rest = version.rpartition(':') if ':' in version else ('0', '', version)
    upstream, _, revision = rest.rpartition('-') if '-' in rest else (rest, '', '')

    def part(text):
        out = []
        for match in re.finditer(r'(\D*)(\d*)', text):
            if match.group(0) == '':
                break
            out.append([-1 if c == '~' else ord(c) if c.isalpha() else ord(c) + 256 for c in match.group(1)] + [0])
            out.append(int(match.group(2) or 0))
        return out + [[0]]
    return int(epoch), part(upstream), part(revision or '0')


bugs, newest = collections.defaultdict(list), {}
for package, ids in tracker.items():
    for id, entry in ids.items():
        releases = entry['releases']
        urgencies = [one['urgency'] for one in releases.values() if one.get('urgency') not in (None, 'not yet assigned')]
        still = [name for name, one in releases.items() if one['status'] == 'open']
        if still or urgencies:
            fixed = [one['fixed_version'] for one in releases.values() if one['status'] == 'resolved']
            # The entry for unstable, which the tracker's export does not have: fixed there once it is fixed everywhere.
            note = {'Type': 'package', 'Package': package, 'Kind': 'unfixed', 'Version': ''}
            if not still and fixed:
                note.update(Kind='fixed', Version=max(fixed, key=debian_order))
            if urgencies:
                note['Severity'] = urgencies[-1]
            bugs[id].append(note)
        # A release that the export does not name has no statement: without this the entry for unstable would speak for it.
        for name in RELEASES.keys() - releases.keys():
            bugs[id].append({'Type': 'package', 'Release': name, 'Package': package, 'Kind': 'not-affected', 'Version': ''})
        for name, one in releases.items():
            for version in [one.get('fixed_version'), *(one.get('repositories') or {}).values()]:
                if version and version != '0':
                    known = newest.get((name, package))
                    if known is None or debian_order(version) > debian_order(known):
                        newest[name, package] = version
            base = {'Type': 'package', 'Release': name, 'Package': package}
            if one['status'] == 'resolved':
                bugs[id].append({**base, 'Kind': 'fixed', 'Version': one['fixed_version']})
            elif 'nodsa' in one:
                reason = one.get('nodsa_reason')
                bugs[id].append({**base, 'Kind': reason if reason in ('ignored', 'postponed') else 'no-dsa', 'Version': ''})
for id, notes in bugs.items():
    write(f'{DEBIAN}/CVE/{id}.json', {'Header': {'ID': id, 'Description': ''}, 'Annotations': notes})
for (name, package), version in newest.items():
    write(f'{DEBIAN}/source/{name}/main/{package[0]}/{package}.json', {'Package': [package], 'Version': [version]})
# Ubuntu's records as its tracker has them: one for each vulnerability, with the state of each source package in each release.
UBUNTU = {'Ubuntu:20.04:LTS': ('focal', '20.04'), 'Ubuntu:22.04:LTS': ('jammy', '22.04'), 'Ubuntu:24.04:LTS': ('noble', '24.04')}
ubuntu = {}
for id, record in further('Ubuntu').items():
    # A bulletin speaks of several, and says no priority.
    for cve in [one for one in record.get('upstream', []) if one.startswith('CVE-')]:
        priority = next((one['score'] for one in record.get('severity', []) if one['type'] == 'Ubuntu'), None)
        known = ubuntu.setdefault(cve, {'Candidate': cve, 'Priority': 'untriaged', 'Patches': {}, 'References': [], 'Description': record.get('details', '')})
        known['Priority'] = priority or known['Priority']
        for affected in record['affected']:
            if affected['package']['ecosystem'] in UBUNTU:
                fixed = next((event['fixed'] for span in affected.get('ranges', []) for event in span['events'] if 'fixed' in event), None)
                state = (affected.get('ecosystem_specific') or {}).get('ubuntu_status', 'needed')
                release = UBUNTU[affected['package']['ecosystem']][0]
                known['Patches'].setdefault(affected['package']['name'], {})[release] = {'Status': 'released' if fixed else state, 'Note': fixed or ''}
for cve, one in ubuntu.items():
    write(f'{TRIVY}/vuln-list/ubuntu/{cve}.json', one)
# AlmaLinux's errata: one for each advisory and release. Advisories on modules are left out: these records do not name the module.
for id, record in further('AlmaLinux').items():
    word = record.get('summary', '').split(':', 1)[0]
    by_release = collections.defaultdict(dict)
    for affected in record['affected']:
        release = affected['package']['ecosystem'].split(':')[1]
        for span in affected['ranges']:
            for event in span['events']:
                if 'fixed' in event:
                    by_release[release][affected['package']['name']] = event['fixed']
    for release, packages in by_release.items():
        if record.get('related') and not any('.module' in fixed for fixed in packages.values()):
            listed = []
            for name, fixed in packages.items():
                epoch, _, rest = fixed.rpartition(':')
                version, _, build = rest.rpartition('-')
                listed.append({'name': name, 'version': version, 'release': build, 'epoch': epoch or '0', 'arch': 'x86_64'})
            write(f'{TRIVY}/vuln-list/alma/{release}/{id[5:9]}/{id}.json', {'updateinfo_id': id, 'severity': word, 'title': record.get('summary', ''), 'pkglist': {'packages': listed, 'module': {}}, 'references': [{'id': cve, 'type': 'cve', 'href': ''} for cve in record['related'] if cve.startswith('CVE-')]})
alpine = []
for path in sorted(glob.glob(f'{FEEDS}/alpine/v3.*/*.json')):
    base = json.load(open(path))
    for entry in base.get('packages') or []:
        package = entry['pkg']
        release = base['distroversion']
        fixes = {version: ids or [] for version, ids in (package.get('secfixes') or {}).items()}
        alpine.append((release.lstrip('v'), package['name'], fixes))
        write(f'{TRIVY}/vuln-list/alpine/{release.lstrip("v")}/{base["reponame"]}/{package["name"]}.json', {'name': package['name'], 'secfixes': fixes, 'apkurl': '', 'archs': [], 'urlprefix': '', 'reponame': base['reponame'], 'distroversion': release})
os.makedirs(f'{TRIVY}/vuln-list/alpine', exist_ok=True)

# ---- Grype
SCHEMA = 'https://raw.githubusercontent.com/anchore/vunnel/main/schema/vulnerability/%s/schema-%s.json'


def provider(name, items, version):
    folder = f'{OUT}/grype/{name}'
    os.makedirs(f'{folder}/results')
    base = sqlite3.connect(f'{folder}/results/results.db')
    base.execute('create table results(id text primary key, record blob)')
    count = 0
    for id, schema, item in items:
        base.execute('insert or replace into results values(?,?)', (id, json.dumps({'schema': schema, 'identifier': id, 'item': item}).encode()))
        count += 1
    base.commit()
    base.close()
    open(f'{folder}/checksums.xxh64', 'w').write('0000000000000000  results/results.db\n')
    write(f'{folder}/metadata.json', {'provider': name, 'urls': [f'https://{name}'], 'store': 'sqlite', 'timestamp': '2025-02-20T00:00:00Z', 'version': version, 'distribution_version': 1, 'processor': 'vunnel@0.54.0', 'listing': {'digest': '0', 'path': 'checksums.xxh64', 'algorithm': 'xxh64'}, 'schema': {'version': '1.0.3', 'url': 'https://raw.githubusercontent.com/anchore/vunnel/main/schema/provider-workspace-state/schema-1.0.3.json'}, 'stale': False})
    print('grype', name, count)


ORDER = ['Unknown', 'Negligible', 'Low', 'Medium', 'High', 'Critical']
URGENCY = {'low': 'Low', 'medium': 'Medium', 'high': 'High', 'unimportant': 'Negligible', 'end-of-life': 'Negligible'}
# Of these vunnel takes the tracker's word for none.
CLEARED = ('CVE-2020-35525', 'CVE-2020-35527', 'CVE-2023-4863', 'CVE-2023-44487')


def os_entry(release, id, severity, link):
    return {'Name': id, 'NamespaceName': release, 'Description': '', 'Link': link, 'Severity': severity, 'FixedIn': [], 'Metadata': {}, 'CVSS': []}


def debian_entries():
    made = {}
    for package, ids in tracker.items():
        for id, entry in ids.items():
            for name, one in entry['releases'].items() if id.startswith('CVE') else []:
                if name not in RELEASES or one['status'] == 'undetermined':
                    continue
                release = f'debian:{RELEASES[name]}'
                known = made.setdefault((release, id), os_entry(release, id, 'Unknown', f'https://security-tracker.debian.org/tracker/{id}'))
                severity = URGENCY.get((one.get('urgency') or '').rstrip('*'), 'Unknown')
                known['Severity'] = max(known['Severity'], severity, key=ORDER.index)
                version = one.get('fixed_version')
                if version != '0':
                    known['FixedIn'].append({'Name': package, 'NamespaceName': release, 'VersionFormat': 'dpkg', 'Version': version or 'None', 'VendorAdvisory': {'NoAdvisory': True} if 'nodsa' in one else {'NoAdvisory': False, 'AdvisorySummary': []}})
    for (release, id), item in made.items():
        if id in CLEARED:
            item['Severity'] = 'Unknown'
        yield f'{release}/{id.lower()}', SCHEMA % ('os', '1.0.0'), {'Vulnerability': item}


def alpine_entries():
    made = {}
    for number, package, fixes in alpine:
        release = f'alpine:{number}'
        for version, ids in fixes.items():
            for words in ids if version != '0' else []:
                for id in re.findall(r'CVE-\d{4}-\d+', words):
                    known = made.setdefault((release, id), os_entry(release, id, 'Unknown', f'http://cve.mitre.org/cgi-bin/cvename.cgi?name={id}'))
                    known['FixedIn'].append({'Name': package, 'NamespaceName': release, 'VersionFormat': 'apk', 'Version': version, 'VendorAdvisory': {'NoAdvisory': False, 'AdvisorySummary': []}})
    for (release, id), item in made.items():
        yield f'{release}/{id.lower()}', SCHEMA % ('os', '1.0.0'), {'Vulnerability': item}


def ubuntu_entries():
    for cve, one in ubuntu.items():
        made = {}
        for package, states in one['Patches'].items():
            for name, number in UBUNTU.values():
                state = states.get(name)
                if state is None:
                    continue
                release = f'ubuntu:{number}'
                known = made.setdefault(release, os_entry(release, cve, PRIORITY.get(one['Priority'], 'Unknown'), f'https://ubuntu.com/security/{cve}'))
                known['FixedIn'].append({'Name': package, 'NamespaceName': release, 'VersionFormat': 'dpkg', 'Version': state['Note'] or 'None', 'VendorAdvisory': {'NoAdvisory': False, 'AdvisorySummary': []}})
        for release, item in made.items():
            yield f'{release}/{cve.lower()}', SCHEMA % ('os', '1.0.0'), {'Vulnerability': item}


PRIORITY = {'negligible': 'Negligible', 'low': 'Low', 'medium': 'Medium', 'high': 'High', 'critical': 'Critical'}
WORDS = {'CRITICAL': 'Critical', 'HIGH': 'High', 'MODERATE': 'Medium', 'LOW': 'Low'}


def malware():
    """GitHub's advisories on malicious packages: they are in no export, and records of others name them. All are critical."""
    for group in all_records.values():
        for id, record in group.items():
            for alias in record.get('aliases', []) if id.startswith('MAL-') else []:
                if alias.startswith('GHSA-') and alias not in github:
                    yield alias, {**record, 'database_specific': {'severity': 'CRITICAL'}}


def github_entries():
    for id, record in [*github.items(), *malware()]:
        by_ecosystem = collections.defaultdict(list)
        for affected in record.get('affected', []):
            ecosystem = ECOSYSTEMS.get(affected['package']['ecosystem'])
            # Without ranges GitHub's own words are those of the versions.
            for version in affected.get('versions', []) if ecosystem and not affected.get('ranges') else []:
                by_ecosystem[ecosystem].append({'name': affected['package']['name'], 'identifier': 'None', 'ecosystem': ecosystem, 'namespace': f'github:{ecosystem}', 'range': f'= {version}'})
            for span in affected.get('ranges', []) if ecosystem else []:
                if span['type'] == 'GIT':
                    continue
                begun = None

                def add(low, high, fix):
                    text = ' '.join(([f'>= {low}'] if low != '0' else []) + ([high] if high else [])) or '>= 0'
                    by_ecosystem[ecosystem].append({'name': affected['package']['name'], 'identifier': fix or 'None', 'ecosystem': ecosystem, 'namespace': f'github:{ecosystem}', 'range': text})
                for event in span['events']:
                    if 'introduced' in event:
                        if begun is not None:
                            add(begun, None, None)
                        begun = event['introduced']
                    elif 'fixed' in event:
                        add(begun or '0', f'< {event["fixed"]}', event['fixed'])
                        begun = None
                    elif 'last_affected' in event:
                        add(begun or '0', f'<= {event["last_affected"]}', None)
                        begun = None
                if begun is not None:
                    add(begun, (affected.get('database_specific') or {}).get('last_known_affected_version_range'), None)
        cves = [one for one in record.get('aliases', []) if one.startswith('CVE')]
        for ecosystem, fixed in by_ecosystem.items():
            severity = (record.get('database_specific') or {}).get('severity')
            yield f'github:{ecosystem}/{id.lower()}', SCHEMA % ('github-security-advisory', '1.0.1'), {'Advisory': {'Classification': 'GENERAL', 'CVE': cves, 'FixedIn': fixed, 'Metadata': {'CVE': cves}, 'Severity': WORDS.get(severity, 'Unknown'), 'Summary': record.get('summary') or '', 'ghsaId': id, 'namespace': f'github:{ecosystem}', 'url': f'https://github.com/advisories/{id}', 'published': record.get('published'), 'updated': record.get('modified'), 'withdrawn': record.get('withdrawn'), 'cvss_severities': [{'vector': one['score'], 'version': one['score'][5:8]} for one in record.get('severity', []) if one['type'] == 'CVSS_V3'], 'references': []}}


named = {id for ids in tracker.values() for id in ids} | {id for _, _, fixes in alpine for ids in fixes.values() for words in ids for id in re.findall(r'CVE-\d{4}-\d+', words)}
named |= set(ubuntu)
for group in [*all_records.values(), further('AlmaLinux')]:
    for one in group.values():
        named |= {id for id in one.get('related', []) if id.startswith('CVE')}
        named |= {alias for alias in one.get('aliases', []) if alias.startswith('CVE')}
os.makedirs(f'{TRIVY}/vuln-list-nvd/api')


PROGRAMS = re.compile(r'cpe:2.3:a:(python:python|openssl:openssl|nodejs:node|golang:go|sqlite:sqlite|gnu:bash|busybox:busybox|haxx:curl|perl:perl|ffmpeg:ffmpeg|redis:redis|nginx:nginx|f5:nginx):')


def nvd_entries():
    """What some advisory names, and for Grype the programs that it matches by their CPE."""
    for path in sorted(glob.glob(f'{FEEDS}/nvd/*.gz')):
        for one in json.load(gzip.open(path))['vulnerabilities']:
            record = one['cve']
            if record['id'] in named:
                plain = dict(record)
                for key in ('published', 'lastModified'):
                    if plain.get(key):
                        plain[key] = plain[key].rstrip('Z')
                write(f'{TRIVY}/vuln-list-nvd/api/{record["id"]}.json', plain)
            if record['id'] in named or PROGRAMS.search(json.dumps(record.get('configurations', ''))):
                yield record['id'].lower(), SCHEMA % ('nvd', '1.0.0'), {'cve': record}


provider('debian', debian_entries(), 1)
provider('alpine', alpine_entries(), 1)
if ubuntu:
    provider('ubuntu', ubuntu_entries(), 1)
provider('github', github_entries(), 2)
provider('nvd', nvd_entries(), 2)
