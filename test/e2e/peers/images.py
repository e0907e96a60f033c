"""Lays images out whose packages are of real lists and real records, for the judge of causes (judge.py).

    images.py SHARED OUT [NAME...]        OUT/NAME.tar, as `docker save` writes it

bullseye  the Debian packages of python:3.9.16-bullseye, with what pip installs of old wheels
ubuntu    22.04: for each third source package of Ubuntu's records its binaries, just before the fix, or as it is while there is none
alma      AlmaLinux 9: the binaries of each tenth advisory, before its fix; an rpm database
conda     the conda packages of SageMaker Distribution 0.0.1, with the metadata that their Python packages bring along
node      Alpine 3.11, each package before its newest fix, with npm packages that records name
python    Python packages alone: of each fourth record one, just before its fix

Nothing is random: the same records make the same images, byte for byte. What scanners read of packages is their metadata, so that is
all there is.
"""
import collections, hashlib, io, json, os, re, sqlite3, struct, sys, tarfile, tempfile, zipfile

SHARED, OUT = (os.path.abspath(one) for one in sys.argv[1:3])
WANTED = sys.argv[3:] or ['bullseye', 'ubuntu', 'alma', 'conda', 'node', 'python']
SITE = 'usr/local/lib/python3.9/site-packages'


def records(ecosystem):
    with zipfile.ZipFile(f'{SHARED}/feeds/osv/{ecosystem}/all.zip') as packed:
        return [json.loads(packed.read(name)) for name in sorted(packed.namelist())]


def os_release(id, version, name):
    return f'ID={id}\nVERSION_ID="{version}"\nNAME="{name}"\nPRETTY_NAME="{name} {version}"\n'


def dpkg(packages):
    """A dpkg status file of (binary, version, source, source version, architecture)."""
    out = []
    for name, version, source, source_version, architecture in packages:
        line = '' if (source, source_version) == (name, version) else f'Source: {source}' + (f' ({source_version})' if source_version != version else '') + '\n'
        out.append(f'Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: 1\nMaintainer: nobody\nArchitecture: {architecture}\n{line}Version: {version}\nDescription: {name}\n')
    return '\n'.join(out) + '\n'


def wheel(files, site, name, version):
    folder = f'{site}/{re.sub(r"[-.]", "_", name)}-{version}.dist-info'
    files[f'{folder}/METADATA'] = f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n'
    files[f'{folder}/RECORD'] = ''


def npm(files, root, name, version):
    files[f'{root}/node_modules/{name}/package.json'] = json.dumps({'name': name, 'version': version, 'license': 'MIT', 'main': 'index.js'})


def rpm_header(tags):
    """A header of rpm's database. https://rpm-software-management.github.io/rpm/manual/hdr.html"""
    index, data = b'', b''
    for tag, value in sorted(tags.items()):
        if isinstance(value, int):
            data += b'\0' * (-len(data) % 4)
            entry, body, count = 4, struct.pack('>i', value), 1
        elif isinstance(value, list):
            entry, body, count = 8, b''.join(one.encode() + b'\0' for one in value), len(value)
        else:
            entry, body, count = 6, value.encode() + b'\0', 1
        index += struct.pack('>iiii', tag, entry, len(data), count)
        data += body
    # The region that holds all: without it a reader takes the header for one of rpm 3.
    trailer = struct.pack('>iiii', 63, 7, -16 * (len(tags) + 1), 16)
    index = struct.pack('>iiii', 63, 7, len(data), 16) + index
    return struct.pack('>ii', len(tags) + 1, len(data) + 16) + index + data + trailer


def rpm_database(packages):
    folder = tempfile.mkdtemp()
    path = f'{folder}/rpmdb.sqlite'
    base = sqlite3.connect(path)
    base.execute('create table Packages (hnum integer primary key autoincrement, blob blob not null)')
    for number, (name, epoch, version, release, source) in enumerate(packages, 1):
        tags = {1000: name, 1001: version, 1002: release, 1009: 1, 1011: 'AlmaLinux', 1014: 'MIT', 1022: 'x86_64', 1044: source}
        if epoch is not None:
            tags[1003] = epoch
        base.execute('insert into Packages values (?, ?)', (number, rpm_header(tags)))
    base.commit()
    base.close()
    with open(path, 'rb') as file:
        return file.read()


def before(version):
    """A version of a distribution that sorts just before another: `~` is before the end. https://www.debian.org/doc/debian-policy/ch-controlfields.html#version"""
    return f'{version}~'


def below(record_versions, fixed):
    """Of the versions that a record lists the last: what was installed before the fix."""
    plain = [one for one in record_versions if re.fullmatch(r'\d+(\.\d+)*', one) and one != fixed]
    return max(plain, key=lambda one: [int(part) for part in one.split('.')], default=None)


def bullseye():
    with open(f'{SHARED}/inventories/python-3.9.16-bullseye.tsv') as file:
        rows = [line.rstrip('\n').split('\t') for line in file]
    packages = [(binary, version, source, source_version, architecture or 'all') for source, source_version, binary, architecture, version in rows]
    files = {'etc/os-release': os_release('debian', '11', 'Debian GNU/Linux'), 'etc/debian_version': '11.6\n', 'var/lib/dpkg/status': dpkg(packages)}
    for name, version in [('pip', '22.0.4'), ('setuptools', '58.1.0'), ('wheel', '0.38.4'), ('Pillow', '8.3.1'), ('Django', '2.2.1'), ('requests', '2.25.0'), ('urllib3', '1.26.4'), ('tornado', '6.1'), ('mlflow', '1.27.0'), ('Werkzeug', '0.16.0')]:
        wheel(files, SITE, name, version)
    return files


def ubuntu():
    # By source: its newest fix, or the binaries of what has none.
    newest, binaries = {}, collections.defaultdict(set)
    for record in records('Ubuntu'):
        for affected in record['affected']:
            if affected['package']['ecosystem'] != 'Ubuntu:22.04:LTS':
                continue
            source = affected['package']['name']
            binaries[source] |= {one['binary_name'] for one in affected.get('ecosystem_specific', {}).get('binaries', [])}
            for span in affected.get('ranges', []):
                for event in span['events']:
                    if 'fixed' in event:
                        newest.setdefault(source, event['fixed'])
    packages = []
    for source in sorted(binaries)[::3]:
        # The kernels are hundreds of records each.
        if source.startswith('linux'):
            continue
        version = before(newest[source]) if source in newest else '1:1.0-1ubuntu1'
        for binary in sorted(binaries[source])[:3]:
            packages.append((binary, version, source, version, 'amd64'))
    return {'etc/os-release': os_release('ubuntu', '22.04', 'Ubuntu'), 'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\n', 'var/lib/dpkg/status': dpkg(packages)}


def alma():
    fixes = {}
    for record in [one for one in records('AlmaLinux') if any(affected['package']['ecosystem'] == 'AlmaLinux:9' for affected in one['affected'])][::10]:
        for affected in record['affected']:
            for span in affected['ranges'] if affected['package']['ecosystem'] == 'AlmaLinux:9' else []:
                for event in span['events']:
                    # Modules are another question: their packages say which stream they are of.
                    if 'fixed' in event and '.module' not in event['fixed']:
                        fixes.setdefault(affected['package']['name'], event['fixed'])
    packages = []
    for name, fixed in sorted(fixes.items()):
        epoch, _, rest = fixed.rpartition(':')
        version, _, release = rest.rpartition('-')
        release = re.sub(r'^(\d+)', lambda found: str(max(int(found.group(1)) - 1, 0)), release)
        packages.append((name, int(epoch) if epoch else None, version, release, f'{name}-{version}-{release}.src.rpm'))
    return {'etc/os-release': os_release('almalinux', '9.4', 'AlmaLinux'), 'etc/almalinux-release': 'AlmaLinux release 9.4 (Seafoam Ocelot)\n', 'var/lib/rpm/rpmdb.sqlite': rpm_database(packages)}


def conda():
    files = {'etc/os-release': os_release('debian', '12', 'Debian GNU/Linux'), 'etc/debian_version': '12.5\n', 'var/lib/dpkg/status': dpkg([('libexpat1', '2.5.0-1', 'expat', '2.5.0-1', 'amd64'), ('libc6', '2.36-9+deb12u4', 'glibc', '2.36-9+deb12u4', 'amd64')])}
    named = {re.sub(r'[-_.]+', '-', affected['package']['name']).lower() for record in records('PyPI') for affected in record['affected']}
    with open(f'{SHARED}/inventories/sagemaker-distribution-v0.0.1-gpu.conda.txt') as file:
        for line in file:
            found = re.search(r'/([^/]+)/([^/]+)-([^-]+)-([^-]+)\.(?:conda|tar\.bz2)#([0-9a-f]{32})', line)
            if not found:
                continue
            subdir, name, version, build, md5 = found.groups()
            files[f'opt/conda/conda-meta/{name}-{version}-{build}.json'] = json.dumps({'name': name, 'version': version, 'build': build, 'build_number': 0, 'channel': f'https://conda.anaconda.org/conda-forge/{subdir}', 'subdir': subdir, 'fn': f'{name}-{version}-{build}.conda', 'md5': md5, 'depends': [], 'files': [], 'license': 'BSD-3-Clause', 'url': line.split('#')[0].strip()})
            if name.lower() in named and ('python' in build or build.startswith('py') or subdir == 'noarch'):
                wheel(files, 'opt/conda/lib/python3.8/site-packages', name, version)
    return files


def node():
    packages = []
    for repository in ('main', 'community'):
        with open(f'{SHARED}/feeds/alpine/v3.11/{repository}.json') as file:
            for entry in json.load(file).get('packages') or []:
                fixes = [one for one in entry['pkg'].get('secfixes') or {} if re.fullmatch(r'[\d.]+-r\d+', one)]
                newest = max(fixes, default=None, key=lambda one: [int(part) for part in re.findall(r'\d+', one)])
                if newest:
                    plain, _, build = newest.rpartition('-r')
                    packages.append((entry['pkg']['name'], f'{plain}_rc1-r{build}'))
    installed = '\n'.join(f'C:Q1{hashlib.sha1(name.encode()).hexdigest()[:26]}=\nP:{name}\nV:{version}\nA:x86_64\nS:1\nI:1\nT:{name}\nU:https://example.org/\nL:MIT\no:{name}\n' for name, version in packages)
    files = {'etc/os-release': os_release('alpine', '3.11.6', 'Alpine Linux'), 'etc/alpine-release': '3.11.6\n', 'lib/apk/db/installed': installed + '\n'}
    seen = set()
    for record in records('npm'):
        for affected in record['affected']:
            name = affected['package']['name']
            for span in affected.get('ranges', []):
                fixed = next((event['fixed'] for event in span['events'] if 'fixed' in event), None)
                parts = [int(one) for one in fixed.split('.')] if fixed and re.fullmatch(r'\d+\.\d+\.\d+', fixed) else [0]
                if name in seen or not any(parts):
                    continue
                seen.add(name)
                last = max(index for index, part in enumerate(parts) if part)
                lower = parts[:last] + [parts[last] - 1] + [9] * (2 - last)
                npm(files, 'usr/src/app', name, '.'.join(map(str, lower)))
    return files


def python():
    files = {'etc/os-release': os_release('debian', '12', 'Debian GNU/Linux'), 'etc/debian_version': '12.5\n', 'var/lib/dpkg/status': dpkg([('libexpat1', '2.5.0-1', 'expat', '2.5.0-1', 'amd64')])}
    seen = set()
    for record in [one for one in records('PyPI') if not one.get('withdrawn')][::4]:
        for affected in record['affected']:
            name = affected['package']['name'].lower()
            version = below(affected.get('versions', []), None)
            if name not in seen and version:
                seen.add(name)
                wheel(files, SITE, affected['package']['name'], version)
    return files


def add(archive, name, body):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(body), 0o644
    archive.addfile(entry, io.BytesIO(body))


def save(name, files):
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode='w', format=tarfile.GNU_FORMAT) as archive:
        for path, body in sorted(files.items()):
            add(archive, path, body if isinstance(body, bytes) else body.encode())
    digest = hashlib.sha256(layer.getvalue()).hexdigest()
    configuration = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {'Cmd': ['sh']}, 'rootfs': {'type': 'layers', 'diff_ids': [f'sha256:{digest}']}, 'history': [{'created': '2026-01-01T00:00:00Z', 'created_by': 'ADD root /'}]}).encode()
    id = hashlib.sha256(configuration).hexdigest()
    os.makedirs(OUT, exist_ok=True)
    with tarfile.open(f'{OUT}/{name}.tar', 'w', format=tarfile.GNU_FORMAT) as archive:
        add(archive, f'{id}.json', configuration)
        add(archive, f'{digest}/layer.tar', layer.getvalue())
        add(archive, 'manifest.json', json.dumps([{'Config': f'{id}.json', 'RepoTags': [f'held-out/{name}:1'], 'Layers': [f'{digest}/layer.tar']}]).encode())
    print(name, len(files), 'files')


for name in WANTED:
    save(name, globals()[name]())
