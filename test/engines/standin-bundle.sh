#!/bin/bash
# Assemble a stand-in for openresty-<version>.tar.gz out of upstream archives
# that Debian redistributes, so that the OpenResty build recipe (OpenSSL, PCRE2,
# ./configure, make, make install) can really be executed without openresty.org.
#
#   standin-bundle.sh fetch  SRC                       get the archives through apt
#   standin-bundle.sh bundle SRC OUT [RESTY_VERSION]   write OUT/openresty-*.tar.gz, openssl,
#                                                   pcre2, a note-patch, third-party modules
#
# It is NOT OpenResty: plain nginx core (no OpenResty patches), no ngx_stream_lua,
# no resty/opm/restydoc commands. `nginx -v` of the result says so.
set -euo pipefail
umask 022
export LC_ALL=C

NGINX=nginx-1.26.3 OPENSSL=3.5.7 PCRE2=10.46
EPOCH=1738713600                     # every file in the bundle gets this mtime

# sha256 | archive | apt source spec | directory in the bundle
# ('-': copied as it is; '+NAME': a third-party module, copied as NAME-VERSION.tar.gz)
INPUTS='
69ee2b237744036e61d24b836668aad3040dda461fe6f570f1787eab570c75aa nginx_1.26.3.orig.tar.gz nginx/trixie nginx-1.26.3
99ad5fdfa85e08a291454f797f625fbb53f4d2129cac063922255a1fe34ccf1c luajit_2.1.0+openresty20250117.orig.tar.xz luajit/trixie luajit
634827d54de6216cb0502d14f76610788b3a3e33160e91d5578d6db0d9a34a20 libnginx-mod-http-lua_0.10.28.orig.tar.gz libnginx-mod-http-lua/trixie mod-lua
14a28063294f645d457b1eb10e3c23bbba44398f1c5f021421b58b6f8ab31662 libnginx-mod-http-ndk_0.3.4.orig.tar.gz libnginx-mod-http-ndk/trixie mod-ndk
d83689f095fdce67b86c1f734ae71c53cb57e43912dcd6455e9ddd715c9c2c20 libnginx-mod-http-echo_0.63.orig.tar.gz libnginx-mod-http-echo/trixie mod-echo
cd5e2cc834bcfa30149e7511f2b5a2183baf0b70dc091af717a89a64e44a2985 libnginx-mod-http-set-misc_0.33.orig.tar.gz libnginx-mod-http-set-misc/trixie mod-set_misc
689d516c4044c79512f80579fdf4340fde185714a1d98a91839becc1303bd3a8 libnginx-mod-http-srcache-filter_0.33.orig.tar.xz libnginx-mod-http-srcache-filter/trixie mod-srcache
a42dd56dd6e2144755a127bcd2a6cc1a488258dc5cdb751d6a3e5dd5b6989239 libnginx-mod-http-memc_0.20.orig.tar.gz libnginx-mod-http-memc/trixie mod-memc
0c0d2ced2ce895b3f45eb2b230cd90508ab2a773299f153de14a43e44c1209b3 libnginx-mod-http-headers-more-filter_0.34.orig.tar.gz libnginx-mod-http-headers-more-filter/bookworm mod-headers_more
94f1fce36742cf00e99c5071b309b9f71e6e7daf60a7151f7bf4ac0a97259ac4 lua-cjson_2.1.0+dfsg.orig.tar.gz lua-cjson/trixie cjson
a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8 openssl_3.5.7.orig.tar.gz openssl=3.5.7-1~deb13u2 -
8d28d7f2c3b970c3a4bf3776bcbb5adfc923183ce74bc8df1ebaad8c1985bd07 pcre2_10.46.orig.tar.gz pcre2/trixie -
a8af7beadd43dd4758b7dc3c00e027dd3908e73f5bf0e08155a2c8954c5937c0 lua-resty-core_0.1.31.orig.tar.gz lua-resty-core/trixie lua-core
adcbb1a95cc2ba2a484351bd1116619a4fb42f0856da220d2897876d472c6ce1 lua-resty-lrucache_0.15.orig.tar.gz lua-resty-lrucache/trixie lua-lrucache
e7d853b6c607045713934801b6483593fce0c0348a1cbb123df2e739d067cfd6 lua-nginx-dns_0.20.orig.tar.gz lua-nginx-dns/trixie lua-dns
095615fe94e64615c4a27f4f4475b91c047cf8d10bc2dbde8d5ba6aa625fc5ab lua-nginx-string_0.11.orig.tar.gz lua-nginx-string/trixie lua-string
935d42701db225d6a1b21740ee975f5a2dd8fe7c9c17dbad51558fd6c866c57d lua-nginx-memcached_0.14.orig.tar.gz lua-nginx-memcached/trixie lua-memcached
71de123e1262b62e5ffef02c9dec708d5b77dd55cf99175bae2ad6edaaa2fa80 lua-nginx-redis_0.27.orig.tar.gz lua-nginx-redis/trixie lua-redis
fc207af899506c515c17d667801aba0a3b8c39dfe970de878fe4e5259acfb3ce lua-nginx-websocket_0.13.orig.tar.gz lua-nginx-websocket/forky lua-websocket
c3dd84d8ba0b8daeace3041ef5987e3fb96e9c7c17df30c9ffe2fe3aa2a0ca31 libnginx-mod-http-fancyindex_0.5.2.orig.tar.gz libnginx-mod-http-fancyindex/trixie +ngx-fancyindex
ed4ddbcf0c434f4a1e97b61251a63ace759792764bd5cb79ff20efe348db8db3 libnginx-mod-http-subs-filter_0.6.4.orig.tar.gz libnginx-mod-http-subs-filter/trixie +ngx-subs-filter
'
TMP=''; trap '[ -z "$TMP" ] || rm -rf "$TMP"' EXIT
say() { printf 'standin-bundle: %s\n' "$*"; }
die() { say "ERROR: $*" >&2; exit 1; }
usage() { sed -n '6,8s/^# *//p' "$0"; exit 2; }
rows() { printf '%s' "$INPUTS" | sed '/^$/d'; }

verify() { # SRC: every archive is there and is the one we know
    local bad=0 sum file spec dir
    while read -r sum file spec dir; do
        if [ ! -f "$1/$file" ]; then say "missing: $file (apt source $spec)" >&2; bad=1
        elif ! echo "$sum  $1/$file" | sha256sum -c --status; then
            say "wrong sha256: $file, want $sum" >&2; bad=1; fi
    done < <(rows)
    [ $bad = 0 ] || die "inputs incomplete; nothing written"
    say "$(rows | wc -l) archives verified"
}

fetch() { # SRC: apt with private lists; the mirror is the one this machine already uses
    local t uri suite spec file _ opts
    mkdir -p "$1"; t=$(mktemp -d); TMP=$t
    mkdir -p "$t/parts" "$t/lists/partial" "$t/cache/archives/partial"
    uri=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
          grep -v '^#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n1 | tr -d ' ') || true
    [ -n "$uri" ] || die "no Debian mirror found in /etc/apt"
    for suite in bookworm trixie forky; do
        echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
    done > "$t/sources.list"
    opts=(-qq -o Dir::Etc::sourcelist="$t/sources.list" -o Dir::Etc::sourceparts="$t/parts"
          -o Dir::State::lists="$t/lists" -o Dir::Cache="$t/cache" -o APT::Sandbox::User=root)
    apt-get "${opts[@]}" update
    while read -r _ file spec _; do
        [ -f "$1/$file" ] && continue
        say "fetching $file"
        # a partial mirror may lack .dsc/.debian.tar: only the archive matters, verify judges it
        (cd "$1" && apt-get "${opts[@]}" source --download-only "$spec" >"$t/log" 2>&1) || true
        [ -f "$1/$file" ] || { say "apt did not deliver $file:" >&2; tail -n 3 "$t/log" >&2; }
    done < <(rows)
    verify "$1"
}

bundle() { # SRC OUT VERSION
    local src=$1 out=$2 ver=$3 w top sum file spec dir ver_of
    verify "$src"; mkdir -p "$out"
    w=$(mktemp -d "$out/.tmp.XXXXXX"); TMP=$w
    top=$w/openresty-$ver; mkdir -p "$top/bundle"
    while read -r sum file spec dir; do
        case $dir in
            -) continue ;;
            +*) ver_of=${file#*_}; cp "$src/$file" "$out/${dir#+}-${ver_of%.orig.tar.gz}.tar.gz"; continue ;;
        esac
        mkdir "$top/bundle/$dir"
        tar -xf "$src/$file" --no-same-owner --strip-components=1 -C "$top/bundle/$dir" \
            --exclude='*/t' --exclude='*/.github' --exclude='*/tests'
    done < <(rows)
    # one edit: LuaJIT 2.1 declares luaL_setfuncs, stock lua-cjson 2.1.0 has a static one
    sed -i 's/luaL_setfuncs/cjson_setfuncs/g' "$top/bundle/cjson/lua_cjson.c"
    sed -e "s/@VERSION@/$ver/" -e "s/@NGINX@/$NGINX/" > "$top/configure" <<'CONFIGURE'
#!/bin/sh
# Stand-in for OpenResty's configure: own flags handled here, the rest goes to nginx.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/usr/local/openresty jobs=-j1 xcflags='' cc='' ld='' drop=' ' build='stand-in for openresty @VERSION@'
mods='ndk echo set_misc srcache lua headers_more memc' libs='core lrucache dns string memcached redis websocket'
n=$#
while [ "$n" -gt 0 ]; do
    a=$1; shift; n=$((n - 1))
    case $a in
        --prefix=*) prefix=${a#*=} ;;
        -j*) jobs=$a ;;
        --with-cc-opt=*) cc=${a#*=} ;;
        --with-ld-opt=*) ld=${a#*=} ;;
        --build=*) build=${a#*=} ;;
        --with-luajit-xcflags=*) xcflags=${a#*=} ;;
        --without-lua_resty_*) r=${a#--without-lua_resty_}; libs=$(printf ' %s ' "$libs" | sed "s/ $r / /") ;;
        --without-lua_cjson | --without-http_lua_module)
            echo "stand-in: $a is not supported" >&2; exit 1 ;;
        --without-http_echo_module | --without-http_set_misc_module | --without-http_srcache_module | \
        --without-http_headers_more_module | --without-http_memc_module)
            m=${a#--without-http_}; drop="$drop${m%_module} " ;;
        --add-module=[!/]* | --add-dynamic-module=[!/]*) # as OpenResty's: relative to this folder
            set -- "$@" "${a%%=*}=$here/${a#*=}" ;;
        --with-luajit | --with-luajit-* | --without-luajit-* | --without-lua_* | --without-lua51 | \
        --with-no-pool-patch | --with-dtrace-probes | --with-stap* | --without-stream_lua_module | \
        --without-ngx_devel_kit_module | --without-http_coolkit_module | --without-http_form_input_module | \
        --without-http_encrypted_session_module | --without-http_xss_module | --without-http_array_var_module | \
        --without-http_redis*_module | --without-http_rds_*_module | --without-http_lua_upstream_module | \
        --with-http_iconv_module | --with-http_drizzle_module | --with-http_postgres_module)
            echo "stand-in: accepted without effect: $a" ;;
        *) set -- "$@" "$a" ;;
    esac
done
case $prefix in /*) ;; *) echo 'stand-in: --prefix must be absolute' >&2; exit 1 ;; esac

echo "stand-in: building LuaJIT"
xcflags="-DLUAJIT_ENABLE_LUA52COMPAT $xcflags"
root=$here/build/luajit-root lj=$prefix/luajit
make -C "$here/bundle/luajit" "$jobs" PREFIX="$lj" XCFLAGS="$xcflags" CCDEBUG=-g
make -C "$here/bundle/luajit" install PREFIX="$lj" XCFLAGS="$xcflags" CCDEBUG=-g DESTDIR="$root" LDCONFIG=:

mkdir -p "$here/build"
cat > "$here/build/paths.h" <<H
#define LUA_DEFAULT_PATH "$prefix/site/lualib/?.lua;$prefix/site/lualib/?/init.lua;$prefix/lualib/?.lua;$prefix/lualib/?/init.lua"
#define LUA_DEFAULT_CPATH "$prefix/site/lualib/?.so;$prefix/lualib/?.so"
H
for m in $mods; do
    case $drop in *" $m "*) ;; *) set -- "$@" "--add-module=../mod-$m" ;; esac
done
cd "$here/bundle/@NGINX@"
LUAJIT_LIB=$root$lj/lib LUAJIT_INC=$root$lj/include/luajit-2.1 ./configure --prefix="$prefix/nginx" \
    --build="$build" --with-cc-opt="-O2 -include $here/build/paths.h $cc" \
    --with-ld-opt="-Wl,-rpath,$lj/lib $ld" "$@"
cat > "$here/Makefile" <<M
P = \$(DESTDIR)$prefix
.PHONY: all install clean
all:
	\$(MAKE) -C $here/bundle/cjson LUA_INCLUDE_DIR=$root$lj/include/luajit-2.1
	\$(MAKE) -C $here/bundle/@NGINX@
install: all
	mkdir -p \$(P)/bin \$(P)/site/lualib \$(P)/lualib \$(P)/luajit
	cp -af $root$lj/. \$(P)/luajit/
	\$(MAKE) -C $here/bundle/cjson install LUA_INCLUDE_DIR=$root$lj/include/luajit-2.1 DESTDIR=\$(DESTDIR) LUA_CMODULE_DIR=$prefix/lualib
	for l in $libs; do cp -R $here/bundle/lua-\$\$l/lib/. \$(P)/lualib/ || exit 1; done
	\$(MAKE) -C $here/bundle/@NGINX@ install
	ln -sf $prefix/nginx/sbin/nginx \$(P)/bin/openresty
	cp $here/STANDIN.md \$(P)/STANDIN.md
clean:
	rm -rf $here/build $here/Makefile $here/bundle/@NGINX@/objs
M
echo "stand-in: configured for $prefix"
CONFIGURE
    chmod 755 "$top/configure"
    { echo "# Stand-in for openresty-$ver"; echo
      echo 'Not OpenResty. Put together from these archives, unpatched but for one renamed'
      echo 'function in lua-cjson (luaL_setfuncs -> cjson_setfuncs):'; echo
      rows | while read -r sum file spec dir; do case $dir in [-+]*) ;; *) echo "- $file sha256 $sum" ;; esac; done
    } > "$top/STANDIN.md"
    tar --sort=name --mtime="@$EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu \
        --mode=u+rwX,go+rX,go-w -C "$w" -cf - "openresty-$ver" | gzip -9n > "$w/b.gz"
    mv "$w/b.gz" "$out/openresty-$ver.tar.gz"
    cp "$src/openssl_$OPENSSL.orig.tar.gz" "$out/openssl-$OPENSSL.tar.gz"
    cp "$src/pcre2_$PCRE2.orig.tar.gz" "$out/pcre2-$PCRE2.tar.gz"
    # takes the place of OpenResty's OpenSSL patch: applies to any tree, changes no code
    { echo '--- /dev/null'; echo '+++ b/STANDIN-PATCH.txt'; echo '@@ -0,0 +1 @@'
      echo '+sess_set_get_cb_yield was NOT applied: ssl_session_fetch_by_lua cannot yield.'
    } > "$out/openssl-$OPENSSL-sess_set_get_cb_yield.patch"
    (cd "$out" && sha256sum openresty-"$ver".tar.gz openssl-$OPENSSL* pcre2-$PCRE2.tar.gz | tee SHA256SUMS)
    say "done: $out"
}

case ${1-} in
    fetch) [ $# = 2 ] || usage; fetch "$2" ;;
    bundle) [ $# = 3 ] || [ $# = 4 ] || usage; bundle "$2" "$3" "${4-1.26.3.0}" ;;
    *) usage ;;
esac
