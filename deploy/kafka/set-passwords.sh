#!/usr/bin/env bash
# set-passwords.sh BROKER PROPERTIES FOLDER: gives each user of which the folder has a USER.password that password in Kafka.
# The properties say as whom it talks to the broker.
set -euo pipefail
broker=$1 properties=$2 folder=$3
PATH=$PATH:/opt/kafka/bin
credentials=$(mktemp)
trap 'rm "$credentials"' EXIT
for file in "$folder"/*.password; do
  printf 'SCRAM-SHA-512=password=%s\n' "$(<"$file")" >"$credentials"
  kafka-configs.sh --bootstrap-server "$broker" --command-config "$properties" \
    --alter --entity-type users --entity-name "$(basename "$file" .password)" --add-config-file "$credentials"
done
