#!/bin/sh
# Run once by the PostgreSQL image when its volume is empty: the owner of the tables and the application's role.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE butlang_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE butlang_app LOGIN PASSWORD :'app_password';
CREATE DATABASE butlang OWNER butlang_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
