#!/bin/sh
# Two publishers sign tomorrow's Conficker.C; programs that we did not write check the zones; what
# an attacker could make of the files is refused, each with its own reason.
. "$(dirname "$0")/lib.sh"

cordon() { "$B/bin/cordon" "$@"; }
cd "$TMP" || exit 1
python=/usr/bin/python3
now=1796169600 # 2026-12-02
tomorrow=2026-12-03

# keygen
for who in alice bob carol mallory; do
	algorithm=ed25519
	[ $who = bob ] && algorithm=ecdsa-p256
	eval "$who=$(cordon keygen --name $who.example --algorithm $algorithm)"
done
same 'a private key is its owner'\''s only' 600 "$(stat -c %a "$alice.private")"
chmod 640 "$alice.private"
cordon sign x.zone --key "$alice.private" 2>err
same 'one that others may read is not used' 1 $?
check 'and the remedy is said' grep -q 'chmod 600' err
chmod 600 "$alice.private"
same 'cordon keygen: usage' 2 "$(cordon keygen >out 2>err; echo $?)"

# sign: alice makes the update, bob countersigns
cordon predict --family conficker-c --from $tomorrow --format csv >names.csv
cut -d, -f1 names.csv | sed '1d; s/^[^.]*\.//' | sort -u >suffixes
build() { cordon build --feed conficker-c --split suffixes --date 2026-12-02 "$@" names.csv 2>>log; }
sign() { path=$1; shift; cordon sign "$path" --now $now "$@" 2>>log; }
build --output parts
check 'alice signs' sign parts --key "$alice.private" --output one.tar
check 'bob countersigns' sign one.tar --key "$bob.private" --output two.tar
check 'carol too, into a folder' sign two.tar --key "$carol.private" --output three
same '117 zones' '1 116' "$(ls three | grep -c zone) $(ls three/parts | wc -l)"
check 'over itself' sign three --key "$bob.private"
cp two.tar again.tar
check 'again with the same key: one signature' sign again.tar --key "$bob.private"
same 'two signatures' 2 "$(cordon show again.tar | sed -n 2,4p | grep -c 'key tag')"

cat >trust.conf <<CONF
trust = ( { feed = "conficker-c"; hub = "lists.example"; threshold = 2;
            keys = [ "$TMP/$alice.key", "$TMP/$bob.key", "$(cat $carol.key)" ]; },
          { feed = "other"; keys = [ "$TMP/$alice.key", "$TMP/$carol.key" ]; } );
CONF
verify() { cordon verify --trust trust.conf --feed conficker-c --now $now "$@" >out 2>err; }
words() { # PATH OPTION...: status and reasons of a verdict, in one line
	cordon verify --trust trust.conf --feed conficker-c --now $now --json "$@" >json 2>err
	rc=$?
	$python -c 'import json, sys
v = json.load(open("json"))
print(sys.argv[1], v["state"], *sorted({r["code"] for r in v["reasons"]}))' $rc
}
same 'two of three: valid' '0 valid' "$(words two.tar)"
same 'a folder, three of three: valid' '0 valid' "$(words three)"
same 'a part alone: valid' '0 valid' "$(words three/parts/com.mx.zone)"
same 'who signed' 'alice.example carol.example bob.example' "$($python -c 'import json
v = json.load(open("json")); print(*(k["key"] for k in sorted(v["signers"], key=lambda k: "acb".index(k["key"][0]))))')"
same 'a newer serial: valid' '0 valid' "$(words two.tar --serial 2026120200)"
verify three
check 'verify as text' grep -q 'valid until 2026-12-16T00:00:00Z: 116 parts, [0-9]* names, signed by$' out
tar --format=pax -cf gnu.tar --no-recursion -C three MANIFEST.zone $(cd three && ls parts/*)
same 'an archive of GNU tar' '0 valid' "$(words gnu.tar)"
gzip -k gnu.tar && zstd -q gnu.tar
same 'compressed with gzip' '0 valid' "$(words gnu.tar.gz)"
same 'compressed with zstd' '0 valid' "$(words gnu.tar.zst)"

# what others make of it
for zone in MANIFEST parts/com.mx parts/ag; do
	file=three/$zone.zone
	origin=$(sed -n 's/^\$ORIGIN //p' $file)
	check "$zone: ldns-verify-zone" ldns-verify-zone -Z "$file"
	check "$zone: kzonecheck" kzonecheck -o "$origin" "$file"
	check "$zone: named-checkzone" named-checkzone "$origin" "$file"
	check "$zone: nsd-checkzone" nsd-checkzone "$origin" "$file"
done
sed 's/^oub/oux/; 0,/^a\([a-z]*\) TXT/s//b\1 TXT/' three/parts/com.mx.zone >changed.zone
check 'a changed letter: ldns-verify-zone sees it' sh -c '! ldns-verify-zone -Z changed.zone'
cat >check.py <<'PY'
import sys, dns.zone, dns.dnssec, dns.rdatatype as t, dns.rrset
zone = dns.zone.from_file(sys.argv[1], relativize=False, check_origin=False)
md = zone.find_rdataset(zone.origin, t.ZONEMD)
zone.verify_digest()
sigs = zone.find_rdataset(zone.origin, t.RRSIG, t.ZONEMD)
good = 0
for path in sys.argv[3:]:
    key = dns.rrset.from_text(zone.origin, 0, "IN", "DNSKEY", open(path).read().split(" DNSKEY ")[1].strip())
    for s in sigs:
        if s.key_tag == dns.dnssec.key_id(key[0]):
            dns.dnssec.validate_rrsig((zone.origin, md), s, {zone.origin: key}, now=int(sys.argv[2]))
            good += 1
sys.exit(good != len(sys.argv) - 3)
PY
check 'dnspython verifies digest and all three signatures' \
	$python check.py three/parts/com.mx.zone $now $alice.key $bob.key $carol.key
ldns=$(ldns-keygen -a ED25519 ldns.example) && chmod 600 "$ldns.private"
check 'a key of ldns-keygen signs' sign three/parts/ag.zone --key "$ldns.private" --output ldns.zone
cordon verify ldns.zone --key "$ldns.key" --now $now >out 2>err
same 'and is verified' 0 $?
ldns-signzone -z 1:1 -Z -f theirs.zone parts/ag.conficker-c.zone >>log 2>&1
same 'ldns makes the same digest' "$(sed -n 's/^@ ZONEMD [0-9]* 1 1 //p' three/parts/ag.zone)" \
	"$(awk '$4 == "ZONEMD" { print $8 }' theirs.zone)"

# attacks on signatures
same 'one signature too few' '3 waiting signature-few' "$(words one.tar)"
same 'missing is counted' 1 "$($python -c 'import json; print(json.load(open("json"))["missing"])')"
sign two.tar --key "$alice.private" --expiration +10d --output later
sign one.tar --key "$alice.private" --output first
for f in MANIFEST.zone $(cd first && ls parts/*); do
	{ sed '/^; end/d' first/$f; grep "RRSIG ZONEMD 15 .*$(echo $alice | sed 's/.*+0*//')" later/$f
	  grep '^; end' first/$f; } >first/tmp && mv first/tmp first/$f
done
same 'the same key twice' '1 refused signature-few signature-twice' "$(words first)"
sign one.tar --key "$mallory.private" --output unknown.tar
same 'an unknown key' '1 refused key-unknown signature-few' "$(words unknown.tar)"
sign two.tar --key "$mallory.private" --output more.tar
same 'an unknown key beside enough others' '0 valid key-unknown' "$(words more.tar)"
sign parts --key "$mallory.private" --output none.tar
same 'an unknown key alone' '1 refused key-unknown signature-none' "$(words none.tar)"
same 'expired' '1 refused expired signature-none' "$(words two.tar --now +15d)"
same 'not yet valid' '1 refused not-yet-valid signature-none' "$(words two.tar --now -2h)"
sign two.tar --key "$bob.private" --inception +1h --output early.tar
same 'one of two not yet valid' '1 refused not-yet-valid signature-few' "$(words early.tar)"
same 'the last second' '0 valid' "$(words two.tar --now +14d)"
same 'rollback' '1 refused serial-rollback' "$(words two.tar --serial 2026120202)"
same 'the same serial' '1 refused serial-same' "$(words two.tar --serial 2026120201)"
build --output far --serial 4173603849
sign far --key "$alice.private" --key "$bob.private" --output far.tar
same 'a gap of 2^31' '1 refused serial-gap' "$(words far.tar --serial 2026120201)"
same 'one less' '0 valid' "$(words far.tar --serial 2026120202)"
same 'of another hub' '1 refused hub' "$(sed 's/lists.example/else.example/' trust.conf >hub.conf
	words two.tar --trust hub.conf)"
same 'of another feed' '1 refused feed key-unknown' "$(words two.tar --feed other | sed 's/ signature-few//')"

# attacks on zones: mistakes in a part, and how each is named
part() { # ABOUT WANT SED-SCRIPT
	rm -rf bad && cp -r three bad && sed -i "$3" bad/parts/com.mx.zone
	same "$1" "1 refused $2" "$(words bad)"
}
digest=$(sed -n 's/^@ ZONEMD [0-9]* 1 1 //p' three/parts/com.mx.zone)
flipped=$(echo "$digest" | tr 0123456789abcdef 1032547698badcfe | cut -c1)${digest#?}
part 'one bit in the digest' digest "s/$digest/$flipped/"
part 'one bit in a name' digest '0,/^a\([a-z]*\) TXT/s//c\1 TXT/'
part 'a name more' digest 's/^; end/google TXT "2026-12-03\/2026-12-04"\n&/'
part 'a name less' digest '20d'
part 'a record outside the zone' 'outside-zone syntax' 's/^; end/x.google.com. TXT "\/"\n&/'
part 'another serial' digest-serial 's/SOA \(.*\) 2026120201/SOA \1 2026120202/'
part 'no digest' digest-none '/^@ ZONEMD/d'
part 'two digests' digest-form 's/^\(@ ZONEMD [0-9]* 1 \)1/\12/; /^@ ZONEMD/{p;s/ 1 2 / 1 3 /}'
part 'no signature' signature-none '/^@ RRSIG/d'
part 'a damaged signature of all' 'signature-bad signature-none' 's/^\(@ RRSIG.*\. \)..../\1AAAA/'
part 'a label count that lies' 'signature-form signature-none' 's/^\(@ RRSIG ZONEMD [0-9]*\) 5/\1 4/'
part 'no SOA' syntax '/^@ SOA/d'
part 'cut short' digest '200,$d'
part 'a wrong TTL' syntax '0,/^\(a[a-z]*\) TXT/s//\1 60 TXT/; s/^; end/zz 60 TXT "x"\nzz 61 TXT "y"\n&/'

# attacks on the whole: parts that belong elsewhere, members that should not be
swap() { rm -rf bad && cp -r three bad; }
swap; cp three/parts/com.ni.zone bad/parts/com.mx.zone
same 'a part of another suffix' '1 refused part-digest part-names suffix' "$(words bad)"
grep -E '^(name|[a-z]*\.com\.mx),' names.csv >names-mx.csv
cordon build --feed other --suffix com.mx --date 2026-12-02 --output other names-mx.csv 2>>log
sign other/com.mx.other.zone --key "$alice.private" --key "$bob.private"
swap; cp other/com.mx.other.zone bad/parts/com.mx.zone
same 'a part of another feed' '1 refused feed part-digest' "$(words bad)"
same 'alone as well' '1 refused feed' "$(words other/com.mx.other.zone)"
swap; rm bad/parts/com.mx.zone
same 'a part is missing' '1 refused part-missing' "$(words bad)"
swap; cp three/parts/ag.zone bad/parts/nu.zone
same 'a part too many' '1 refused part-unlisted' "$(words bad)"
build --output old --serial 2026120101
sign old --key "$alice.private" --key "$bob.private" --output yesterday
swap; cp yesterday/parts/com.mx.zone bad/parts/com.mx.zone
same "yesterday's part, well signed" '1 refused part-digest part-serial' "$(words bad)"
swap; echo x >bad/parts/README
same 'another file' '1 refused member-name' "$(words bad)"
swap; ln -sf /etc/passwd bad/parts/com.mx.zone
same 'a link' '1 refused member-type' "$(words bad)"
cat >tars.py <<'PY'
import io, os, sys, tarfile, gzip
names = ["MANIFEST.zone"] + sorted("parts/" + n for n in os.listdir("three/parts"))
def make(path, members, **kw):
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT, **kw) as t:
        for name, body, kind in members:
            i = tarfile.TarInfo(name); i.type = kind
            if kind == tarfile.REGTYPE: i.size = len(body)
            elif kind in (tarfile.SYMTYPE, tarfile.LNKTYPE): i.linkname = body
            t.addfile(i, io.BytesIO(body) if kind == tarfile.REGTYPE else None)
R = tarfile.REGTYPE
good = [(n, open("three/" + n, "rb").read(), R) for n in names]
make("t-twice.tar", good + [good[5]])
make("t-manifest-twice.tar", good + [good[0]])
make("t-late.tar", good[1:] + good[:1])
make("t-link.tar", good[:3] + [(names[3], "/etc/passwd", tarfile.SYMTYPE)] + good[4:])
make("t-hard.tar", good[:3] + [(names[3], names[2], tarfile.LNKTYPE)] + good[4:])
make("t-folder.tar", good[:1] + [("parts", b"", tarfile.DIRTYPE)] + good[1:])
make("t-device.tar", good[:1] + [(names[1], b"", tarfile.CHRTYPE)] + good[2:])
make("t-up.tar", good[:1] + [("../evil.zone", b"x", R)] + good[1:])
make("t-root.tar", good[:1] + [("/etc/evil.zone", b"x", R)] + good[1:])
make("t-dots.tar", good[:1] + [("parts/../parts/ag.zone", b"x", R)] + good[1:])
make("t-case.tar", good[:1] + [("parts/AG.zone", b"x", R)] + good[1:])
make("t-long.tar", good[:1] + [("parts/" + "a." * 400 + "zone", b"x", R)] + good[1:])
make("t-many.tar", good[:1] + [("parts/a%d.zone" % i, b"", R) for i in range(5000)])
whole = open("gnu.tar", "rb").read()
open("t-cut.tar", "wb").write(whole[:len(whole) // 2 + 100])
open("t-empty.tar", "wb").write(bytes(10240))
open("t-garbage.tar", "wb").write(b"\x1f\x8b" + os.urandom(4096))
open("t-cut.tar.gz", "wb").write(gzip.compress(whole)[:-2000])
open("t-twofold.tar.gz", "wb").write(gzip.compress(gzip.compress(whole)))
open("t-behind.tar", "wb").write(whole + b"x")
open("t-behind-block.tar", "wb").write(whole + b"x" * 512)
open("t-zeros.tar", "wb").write(whole + bytes(10240))
open("t-two.tar", "wb").write(whole + whole)
open("t-behind.tar.gz", "wb").write(gzip.compress(whole) + b"x")
open("t-behind-zeros.tar.gz", "wb").write(gzip.compress(whole) + bytes(512))
open("t-behind-within.tar.gz", "wb").write(gzip.compress(whole + b"x"))
open("t-behind.tar.zst", "wb").write(open("gnu.tar.zst", "rb").read() + b"x")
head = tarfile.TarInfo("MANIFEST.zone"); head.size = 1 << 40
with open("t-huge.tar", "wb") as f: f.write(head.tobuf(tarfile.GNU_FORMAT))
head.size = 7 << 20
class Zeros(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b): b[:] = b" " * len(b); return len(b)
with gzip.open("t-bomb.tar.gz", "wb") as g:
    g.write(tarfile.TarInfo.tobuf(head, tarfile.GNU_FORMAT)); g.write(b"\n" * head.size)
    for i in range(3):
        head.name, head.size = "parts/a%d.zone" % i, 40 << 20
        g.write(head.tobuf(tarfile.GNU_FORMAT)); g.write(b";" * head.size)
PY
$python tars.py
tar_is() { same "$1" "1 refused $3" "$(words "$2")"; }
tar_is 'a member twice' t-twice.tar member-twice
tar_is 'the manifest twice' t-manifest-twice.tar member-twice
tar_is 'the manifest last' t-late.tar manifest-first
tar_is 'a symbolic link' t-link.tar member-type
tar_is 'a hard link' t-hard.tar member-type
tar_is 'a folder' t-folder.tar member-type
tar_is 'a device' t-device.tar member-type
tar_is 'a name that leaves the folder' t-up.tar member-name
tar_is 'an absolute name' t-root.tar member-name
tar_is 'a name with dots' t-dots.tar member-name
tar_is 'a name in capitals' t-case.tar member-name
tar_is 'a name that is too long' t-long.tar member-name
tar_is 'cut in the middle' t-cut.tar archive
tar_is 'zeros' t-empty.tar syntax
tar_is 'garbage' t-garbage.tar archive
tar_is 'cut while compressed' t-cut.tar.gz archive
tar_is 'compressed twice' t-twofold.tar.gz archive
tar_is 'a byte behind the end' t-behind.tar archive
tar_is 'a block behind the end' t-behind-block.tar archive
same 'zeros behind the end' '0 valid' "$(words t-zeros.tar)"
tar_is 'an archive behind the archive' t-two.tar member-twice
tar_is 'a byte behind what is compressed' t-behind.tar.gz archive
tar_is 'zeros behind what is compressed' t-behind-zeros.tar.gz archive
tar_is 'a byte behind the end, compressed' t-behind-within.tar.gz archive
tar_is 'a byte behind what zstd made' t-behind.tar.zst archive
tar_is 'a member of a terabyte' t-huge.tar too-large
check 'a bomb is left at the manifest' [ "$(words t-bomb.tar.gz)" = '1 refused syntax' ]
same 'nothing was written anywhere' '' "$(ls /etc/evil.zone ../evil.zone 2>/dev/null)"

# a change of keys
change() { cordon sign --now $now --key-change 2 --feed conficker-c --hub lists.example "$@" 2>>log; }
change --key "$alice.private" --key "$bob.private" --new-key "$carol.key" --new-key "$mallory.key" \
	--new-threshold 2 --output change.tar
same 'a change of keys by the old ones: the new ones must sign too' '3 waiting signature-few' "$(words change.tar)"
sign change.tar --key "$carol.private" --key "$mallory.private"
same 'a change of keys by both' '0 valid' "$(words change.tar)"
same 'show says whom it names' 'version 2 of the keys of conficker-c: 2 of these 2 must sign' \
	"$(cordon show change.tar | grep -o 'version.*')"
same 'show --json' '2 2 2' "$(cordon show --json change.tar | $python -c 'import json, sys
k = json.load(sys.stdin)["zones"][0]["keys"]; print(k["version"], k["threshold"], len(k["names"]))')"
same 'names the new ones' '2 carol.example mallory.example' "$($python -c 'import json
k = json.load(open("json"))["new_keys"]; print(k["threshold"], *sorted(x["key"] for x in k["keys"]))')"
change --key "$carol.private" --key "$mallory.private" --new-key "$mallory.key" --new-threshold 1 \
	--output coup.tar
same 'a change of keys by one old one and the new one' '3 waiting signature-few' "$(words coup.tar)"
change --key "$mallory.private" --new-key "$mallory.key" --new-threshold 1 --output coup.tar
same 'a change of keys by the new one' '1 refused signature-none' "$(words coup.tar)"

# show and diff
same 'show --json' '117 matches' "$(cordon show --json two.tar | $python -c 'import json, sys
v = json.load(sys.stdin)["zones"]; print(len(v), *{z["digest"] for z in v})')"
cordon diff one.tar three >out; same 'diff: the same' 0 $?
cordon diff one.tar yesterday >out; same 'diff: another serial is no difference' 0 $?
sed '2d; s/2026-12-04,,\(.*2026-12-03\)/2026-12-04,,\1/; 3s/2026-12-04/2026-12-05/' names.csv >names2.csv
echo "new.com.mx,2026-12-03,2026-12-04,," >>names2.csv
cordon build --feed conficker-c --split suffixes --date 2026-12-03 --output parts2 names2.csv 2>>log
cordon diff parts parts2 >out; same 'diff: different' 1 $?
same 'diff counts' '1 removed, 1 added, 1 changed' "$(tail -1 out)"
same 'diff --json' '1 1 1' "$(cordon diff --json --names two.tar parts2 | $python -c 'import json, sys
v = json.load(sys.stdin); print(v["removed"], v["added"], v["changed"])')"

# what is broken is not signed, and nothing is left behind
sign bad --key "$alice.private" --output never
same 'a broken update is not signed' 1 $?
cp changed.zone keep.zone
sign changed.zone --key "$alice.private"
same 'a changed zone is not signed' 1 $?
check 'and stays as it was' cmp changed.zone keep.zone
check 'with --fresh it is' sign changed.zone --key "$alice.private" --fresh
same 'no temporary files' '' "$(ls -d never* *.?????? 2>/dev/null | grep -v '\.example\|\.zone$\|tar\.\|\.private$')"

# a token
if [ -e /usr/lib/softhsm/libsofthsm2.so ]; then
	mkdir tokens
	echo "directories.tokendir = $TMP/tokens" >softhsm.conf
	export SOFTHSM2_CONF=$TMP/softhsm.conf
	softhsm2-util --init-token --free --label cordon --pin 1234 --so-pin 1234 >>log 2>&1
	printf 1234 >pin
	# SoftHSM 2.6.1 of Debian 12 makes no Ed25519 keys.
	key=$(cordon keygen --name hsm.example --algorithm ecdsa-p256 --label hsm \
		--token "pkcs11:token=cordon?pin-value=1234" 2>err)
	check 'a key in a token, no file of it' [ -e "$key.key" -a ! -e "$key.private" ]
	check 'it signs' sign three/parts/ag.zone --output token.zone \
		--key "pkcs11:token=cordon;object=hsm;type=private?pin-source=$TMP/pin"
	cordon verify token.zone --key "$key.key" --now $now >out 2>err
	same 'and is verified' '0 1' "$? $(grep -c hsm.example out)"
	cordon sign token.zone --key 'pkcs11:token=cordon;object=other;type=private?pin-value=1234' 2>err
	same 'a key that is not there' 1 $?
	cordon sign token.zone --key 'pkcs11:token=cordon;object=hsm;type=private?pin-value=0000' 2>err
	same 'a wrong PIN' 1 $?
fi
