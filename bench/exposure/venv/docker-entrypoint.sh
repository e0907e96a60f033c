#!/bin/sh
set -e

# first arg is `-f` or `--some-option`
if [ "${1#-}" != "$1" ] || [ "${1%.py}" != "$1" ]; then
	set -- python "$@"
fi

for f in /apps/entry.d/*; do
	case "$f" in
		*.sh) . "$f" ;;
		*) echo "ignoring $f" ;;
	esac
done

if [ "$1" = 'python' ] && [ "$(id -u)" = '0' ]; then
	find /apps/entry.d \! -user nobody -exec chown nobody '{}' +
	exec gosu nobody "$0" "$@"
fi

exec "$@"
