#!/usr/bin/env bash
# One backup of the backend, for backend-api-backup.timer: a folder named by the time it was made,
# beside the earlier ones; the oldest are removed. Files that an earlier backup holds already are
# linked, not stored twice.
#
#   BACKUP_DIR    where the backups are (/var/lib/backend-api/backups; better: another disk)
#   BACKUP_KEEP   how many are kept (14)
#   CONFIG        settings of the backend (/etc/backend-api/config.toml)
#   DATA_DIR      its data folder (/var/lib/backend-api); used with PostgreSQL only
#
# On SQLite `backend-api backup` copies the database, the files and the attachments while the server runs. On
# PostgreSQL (ZHDJ_DATABASE=postgres://…) pg_dump writes the database, and the files are copied
# after it: files are stored before anything names them, so the copy has every file it needs.
set -euo pipefail

readonly folder=${BACKUP_DIR:-/var/lib/backend-api/backups}
readonly keep=${BACKUP_KEEP:-14}
readonly config=${CONFIG:-/etc/backend-api/config.toml}
readonly data=${DATA_DIR:-/var/lib/backend-api}

if [[ ! $keep =~ ^[1-9][0-9]*$ ]]; then
    echo "BACKUP_KEEP is '$keep'; it must be a number from 1 on." >&2
    exit 2
fi

# Finished backups, oldest first. Their names are times, so sorting them is enough.
finished() {
    find "$folder" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*Z' | sort
}

status=0
umask 077
mkdir -p "$folder"
previous=$(finished | tail -n 1)
new="$folder/$(date --utc +%Y%m%dT%H%M%SZ)"

if [[ ${ZHDJ_DATABASE:-} == postgres* ]]; then
    rm -rf "$new.partial"
    mkdir -p "$new.partial/files" "$new.partial/attachments"
    pg_dump --format=custom --file="$new.partial/database.pgdump" "$ZHDJ_DATABASE"
    find "$data/files" -mindepth 2 -type f -exec cp --preserve=timestamps -t "$new.partial/files" {} +
    # Sealed voices and pictures of requests; there are none before the first.
    if [[ -d $data/attachments ]]; then
        find "$data/attachments" -mindepth 2 -type f -name '*.sealed' \
            -exec cp --preserve=timestamps -t "$new.partial/attachments" {} +
    fi
    sync --file-system "$new.partial"
    mv "$new.partial" "$new"
    # For /readyz, as `backend-api backup` does it.
    printf '%s000\n%s\n' "$(date --utc +%s)" "$new" >"$data/last-backup"
else
    # 2: made, but without files that went bad on the disk; it has named them.
    "${BACKEND_API:-backend-api}" backup --config "$config" "$new" || status=$?
    if [[ $status -ne 0 && $status -ne 2 ]]; then
        exit "$status"
    fi
fi

for kept in files attachments; do
    if [[ -z $previous || ! -d $previous/$kept ]]; then
        continue
    fi
    # Compared, not believed: a file that went bad on the disk must not spread.
    find "$previous/$kept" -type f -printf '%P\0' | while IFS= read -r -d '' name; do
        if cmp --silent "$previous/$kept/$name" "$new/$kept/$name"; then
            ln --force "$previous/$kept/$name" "$new/$kept/$name"
        fi
    done
done

finished | head -n "-$keep" | while IFS= read -r old; do
    rm -rf "$old"
    echo "Removed $old"
done
echo "Made $new ($(du --summarize --human-readable "$new" | cut -f 1))"
exit "$status"
