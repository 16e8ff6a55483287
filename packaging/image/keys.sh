#!/usr/bin/env bash
# Makes the keys that updates are signed with, unless they are there: ca.pem goes into the boxes and its key into a safe;
# release.key signs each update.
#
#   packaging/image/keys.sh FOLDER
set -euo pipefail

readonly folder=$1
[[ ! -e $folder/ca.pem ]] || exit 0
umask 077
mkdir -p "$folder"
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300 -subj "/CN=zhdj-tv box updates" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=zhdj-tv box release" -keyout release.key -out release.csr 2>/dev/null
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n' >extensions
openssl x509 -req -in release.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out release.pem 2>/dev/null
rm -f release.csr extensions
echo "New keys for updates in $folder: keep ca.key elsewhere, and none of them in a repository."
