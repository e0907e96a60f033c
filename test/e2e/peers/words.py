"""A few records that say "not this": withdrawn, rejected, never affected. As the builders of other scanners' databases read them.

    words.py OUT

OUT/grype and OUT/trivy as data.py lays them out.
"""
import json, os, shutil, sqlite3, sys

OUT = os.path.abspath(sys.argv[1])
SCHEMA = 'https://raw.githubusercontent.com/anchore/vunnel/main/schema/vulnerability/%s/schema-%s.json'
PROVIDER = 'https://raw.githubusercontent.com/anchore/vunnel/main/schema/provider-workspace-state/schema-1.0.3.json'
WITHDRAWN = '2023-10-01T00:00:00Z'
TOLD = {'NoAdvisory': False, 'AdvisorySummary': []}
PILLOW = [('GHSA-j7hp-h8jx-5ppr', 'CVE-2023-4863', None), ('GHSA-hhqj-cfjx-vj25', 'CVE-2023-5129', WITHDRAWN)]
NVD = [('CVE-2023-4863', 'Analyzed'), ('CVE-2023-5129', 'Rejected'), ('CVE-2023-0003', 'Rejected'), ('CVE-2023-0286', 'Analyzed')]
shutil.rmtree(OUT, ignore_errors=True)


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        json.dump(value, file)


def cve(id, status):
    text = 'Rejected reason: not a flaw.' if status == 'Rejected' else 'A flaw.'
    product = {'vulnerable': True, 'criteria': 'cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*', 'versionEndExcluding': '3.0.8', 'matchCriteriaId': 'A'}
    return {'id': id, 'sourceIdentifier': 'x', 'published': '2023-09-25T21:15:16.170', 'lastModified': '2023-11-07T04:23:28.870', 'vulnStatus': status, 'descriptions': [{'lang': 'en', 'value': text}], 'metrics': {}, 'references': [], 'configurations': [{'nodes': [{'operator': 'OR', 'negate': False, 'cpeMatch': [product]}]}]}


# ---- Grype
def provider(name, version, items):
    folder = f'{OUT}/grype/{name}'
    os.makedirs(f'{folder}/results')
    base = sqlite3.connect(f'{folder}/results/results.db')
    base.execute('create table results(id text primary key, record blob)')
    for id, schema, item in items:
        base.execute('insert into results values(?,?)', (id, json.dumps({'schema': schema, 'identifier': id, 'item': item}).encode()))
    base.commit()
    base.close()
    open(f'{folder}/checksums.xxh64', 'w').write('0000000000000000  results/results.db\n')
    write(f'{folder}/metadata.json', {'provider': name, 'urls': [f'https://{name}'], 'store': 'sqlite', 'timestamp': '2025-02-20T00:00:00Z', 'version': version, 'distribution_version': 1, 'processor': 'vunnel@0.54.0', 'listing': {'digest': '0', 'path': 'checksums.xxh64', 'algorithm': 'xxh64'}, 'schema': {'version': '1.0.3', 'url': PROVIDER}, 'stale': False})


def system(release, id, *fixes):
    fixed = [{'Name': name, 'NamespaceName': release, 'VersionFormat': kind, 'Version': version, 'VendorAdvisory': TOLD, **more} for name, kind, version, more in fixes]
    return f'{release}/{id.lower()}', SCHEMA % ('os', '1.0.0'), {'Vulnerability': {'Name': id, 'NamespaceName': release, 'Description': '', 'Link': '', 'Severity': 'High', 'FixedIn': fixed, 'Metadata': {}, 'CVSS': []}}


def advisory(id, alias, withdrawn):
    fixed = [{'name': 'pillow', 'identifier': '10.0.1', 'ecosystem': 'python', 'namespace': 'github:python', 'range': '< 10.0.1'}]
    return f'github:python/{id.lower()}', SCHEMA % ('github-security-advisory', '1.0.1'), {'Advisory': {'Classification': 'GENERAL', 'CVE': [alias], 'FixedIn': fixed, 'Metadata': {'CVE': [alias]}, 'Severity': 'High', 'Summary': 'x', 'ghsaId': id, 'namespace': 'github:python', 'url': '', 'published': '2023-09-12T00:00:00Z', 'updated': WITHDRAWN, 'withdrawn': withdrawn, 'cvss_severities': [], 'references': []}}


def alma(id, cves):
    return id.lower(), SCHEMA % ('osv', '1.6.1'), {'schema_version': '1.6.1', 'id': id, 'modified': WITHDRAWN, 'published': '2021-11-09T00:00:00Z', 'summary': 'x', 'details': 'x', 'related': cves, 'affected': [{'package': {'ecosystem': 'AlmaLinux:8', 'name': 'bash'}, 'ranges': [{'type': 'ECOSYSTEM', 'events': [{'introduced': '0'}, {'fixed': '4.4.20-4.el8'}]}]}], 'references': []}


provider('debian', 1, [
    system('debian:12', 'CVE-2023-0001', ('openssl', 'dpkg', '0', {})),
    system('debian:12', 'CVE-2023-0002', ('openssl', 'dpkg', 'None', {})),
])
provider('wolfi', 1, [system('wolfi:rolling', 'CVE-2023-0004', ('openssl', 'apk', '0', {})), system('wolfi:rolling', 'CVE-2023-0005', ('openssl', 'apk', '3.1.0-r1', {}))])
provider('rhel', 1, [
    system('rhel:8', 'CVE-2023-0006', ('nodejs', 'rpm', '0', {'Module': 'nodejs:18'}), ('nodejs', 'rpm', '1:16.20.1-1.module+el8', {'Module': 'nodejs:16'})),
])
provider('alma', 1, [alma('ALSA-2021:4151', ['CVE-2021-20095', 'CVE-2021-42771']), alma('ALBA-2021:4152', [])])
provider('github', 2, [advisory(*one) for one in PILLOW])
provider('nvd', 2, [(id.lower(), SCHEMA % ('nvd', '1.0.0'), {'cve': cve(id, status)}) for id, status in NVD])

# ---- Trivy
TRIVY = f'{OUT}/trivy'
os.makedirs(f'{TRIVY}/cocoapods-specs/Specs')
for id, alias, withdrawn in PILLOW:
    affected = [{'package': {'ecosystem': 'PyPI', 'name': 'pillow'}, 'ranges': [{'type': 'ECOSYSTEM', 'events': [{'introduced': '0'}, {'fixed': '10.0.1'}]}]}]
    record = {'schema_version': '1.4.0', 'id': id, 'aliases': [alias], 'modified': WITHDRAWN, 'published': '2023-09-12T00:00:00Z', 'summary': 'x', 'details': 'x', 'severity': [], 'affected': affected, 'references': [], 'database_specific': {'severity': 'HIGH', 'github_reviewed': True}}
    write(f'{TRIVY}/ghsa/advisories/github-reviewed/x/{id}.json', {**record, **({'withdrawn': withdrawn} if withdrawn else {})})
for id, status in NVD:
    write(f'{TRIVY}/vuln-list-nvd/api/{id}.json', {key: value for key, value in cve(id, status).items() if key != 'configurations'})
DEBIAN = f'{TRIVY}/vuln-list-debian/tracker'
for folder in ('CVE', 'DSA', 'DLA', 'source', 'updates-source'):
    os.makedirs(f'{DEBIAN}/{folder}')
write(f'{DEBIAN}/distributions.json', {'bookworm': {'major-version': '12'}})
write(f'{DEBIAN}/source/bookworm/main/o/openssl.json', {'Package': ['openssl'], 'Version': ['3.0.11-1~deb12u2']})
for id, more in (('CVE-2023-0001', [{'Type': 'package', 'Release': 'bookworm', 'Package': 'openssl', 'Kind': 'not-affected', 'Version': ''}]), ('CVE-2023-0002', []), ('CVE-2023-0003', [])):
    write(f'{DEBIAN}/CVE/{id}.json', {'Header': {'ID': id, 'Description': ''}, 'Annotations': [{'Type': 'package', 'Package': 'openssl', 'Kind': 'unfixed', 'Version': ''}, *more]})
write(f'{TRIVY}/vuln-list/alpine/3.18/main/openssl.json', {'name': 'openssl', 'secfixes': {'0': ['CVE-2023-0004'], '3.1.0-r1': ['CVE-2023-0005']}, 'apkurl': '', 'archs': [], 'urlprefix': '', 'reponame': 'main', 'distroversion': 'v3.18'})
