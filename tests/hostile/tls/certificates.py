"""Certificates with one defect each, made by the openssl command: what an upstream must not get away with."""
import datetime
import pathlib
import subprocess

CA_CONFIG = """[ca]
default_ca = it
[it]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
email_in_dn = no
unique_subject = no
rand_serial = yes
[any]
commonName = optional
"""
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
SERVER = "extendedKeyUsage=serverAuth\n"
UNKNOWN_CRITICAL = "1.2.3.4.5.6=critical,DER:04:01:00\n"
# What the proxy must say, behind "upstream-".
EXPIRED, EARLY, UNTRUSTED = "certificate-expired", "certificate-not-yet-valid", "certificate-untrusted"
CONSTRAINT, WRONG_HOST, INVALID = "certificate-constraint", "certificate-wrong-host", "certificate-invalid"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def names(*hosts):
    return "subjectAltName=" + ",".join(h if ":" in h else f"DNS:{h}" for h in hosts) + "\n"


def raw_san(text):
    """One dNSName of any bytes at all, which no configuration text could hold."""
    value = text.encode("latin-1")
    der = b"\x30" + bytes([len(value) + 2]) + b"\x82" + bytes([len(value)]) + value
    return "subjectAltName=DER:" + der.hex(":") + "\n"


def moment(**distance):
    """That far from now, as `openssl ca` reads it."""
    return (datetime.datetime.utcnow() + datetime.timedelta(**distance)).strftime("%Y%m%d%H%M%SZ")


class Maker:
    """`issue` signs one certificate; keys of a kind are made once and shared, for no test looks at them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "index").touch()
        self.config = self.folder / "ca.cnf"
        self.config.write_text(CA_CONFIG.format(folder=self.folder))
        self.made = 0
        self.requests = {}

    def key(self, kind="EC:P-256", label="leaf"):
        path = self.folder / f"{label}-{kind.replace(':', '-')}.key"
        if not path.exists():
            algorithm, size = kind.split(":")
            option = "ec_paramgen_curve" if algorithm == "EC" else "rsa_keygen_bits"
            openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", f"{option}:{size}", "-out", path)
        return path

    def issue(self, issuer, extensions, kind="EC:P-256", subject="/CN=leaf", md="sha256", start="20200101000000Z",
              end="20491231235959Z", label="leaf", version_1=False):
        """(certificate, key), signed by `issuer`, another such pair, or by itself for None."""
        self.made += 1
        stem = self.folder / f"{self.made}"
        key = self.key(kind, label)
        request = self.requests.setdefault((key, subject), f"{stem}.csr")  # the same for all of that key and subject
        if request == f"{stem}.csr":
            openssl("req", "-new", "-key", key, "-subj", subject, "-out", request)
        pathlib.Path(f"{stem}.ext").write_text(extensions or "subjectKeyIdentifier=hash\n")
        signed_by = ["-selfsign", "-keyfile", key] if issuer is None else ["-cert", issuer[0], "-keyfile", issuer[1]]
        extensions = [] if version_1 else ["-extfile", f"{stem}.ext"]
        openssl("ca", "-batch", "-config", self.config, *signed_by, "-in", request, "-md", md, "-startdate",
                start, "-enddate", end, *extensions, "-notext", "-out", f"{stem}.pem")
        return f"{stem}.pem", str(key)

    def authority(self, issuer=None, extensions=CA, subject="/CN=intermediate", **more):
        return self.issue(issuer, extensions, subject=subject, label=f"ca-{subject[4:]}", **more)

    def chain(self, leaf, *above):
        """The leaf with what is sent behind it, as one file."""
        self.made += 1
        path = self.folder / f"{self.made}-chain.pem"
        path.write_text("".join(pathlib.Path(pair[0]).read_text() for pair in (leaf, *above)))
        return str(path), leaf[1]

    def with_broken_signature(self, pair):
        self.made += 1
        path = self.folder / f"{self.made}-broken.pem"
        der = subprocess.run(["openssl", "x509", "-in", pair[0], "-outform", "DER"], check=True,
                             capture_output=True).stdout
        (self.folder / "broken.der").write_bytes(der[:-1] + bytes([der[-1] ^ 1]))
        openssl("x509", "-inform", "DER", "-in", self.folder / "broken.der", "-out", path)
        return str(path), pair[1]


def good_rows(make, root, host):
    """name -> (certificate, key): nothing is wrong with these."""
    fine = names(host) + SERVER
    middle = make.authority(root)
    second = make.authority(middle, subject="/CN=second")
    constrained = make.authority(root, CA + "nameConstraints=critical,permitted;DNS:example.test\n",
                                 subject="/CN=constrained")
    for_servers = make.authority(root, CA + SERVER, subject="/CN=servers")
    just_so_long = make.authority(root, CA.replace("TRUE", "TRUE,pathlen:0"), subject="/CN=pathlen")
    usual = make.issue(root, fine)
    return {
        "direct": usual,
        "by an intermediate": make.chain(make.issue(middle, fine), middle),
        "by two intermediates": make.chain(make.issue(second, fine), second, middle),
        "the root sent too": make.chain(make.issue(middle, fine), middle, root),
        "a stranger sent too": make.chain(usual, make.authority(subject="/CN=stranger beside")),
        "wrong order": make.chain(make.issue(middle, fine), root, middle),
        "P-384": make.issue(root, fine, kind="EC:P-384"),
        "RSA 2048": make.issue(root, fine, kind="RSA:2048"),
        "RSA 4096": make.issue(root, fine, kind="RSA:4096"),
        "SHA-384": make.issue(root, fine, md="sha384"),
        "wildcard": make.issue(root, names("*." + host.split(".", 1)[1]) + SERVER),
        "upper case": make.issue(root, names(host.upper()) + SERVER),
        "200 names": make.issue(root, names(*[f"h{n}.example.test" for n in range(199)], host) + SERVER),
        "no subject": make.issue(root, names(host).replace("=", "=critical,") + SERVER, subject="/"),
        "no extended usage": make.issue(root, names(host)),
        "usage given": make.issue(root, fine + "keyUsage=critical,digitalSignature\n"),
        "under name constraints": make.chain(make.issue(constrained, fine), constrained),
        "under an authority for servers": make.chain(make.issue(for_servers, fine), for_servers),
        "path as long as allowed": make.chain(make.issue(just_so_long, fine), just_so_long),
        "unknown extension, not critical": make.issue(root, fine + "1.2.3.4.5.6=DER:04:01:00\n"),
        "valid since a minute": make.issue(root, fine, start=moment(minutes=-1)),
        "valid for ten minutes": make.issue(root, fine, end=moment(minutes=10)),
    }


def date_rows(make, root, host):
    """name -> ((certificate, key), what the code must be)."""
    fine = names(host) + SERVER
    past, future = dict(end="20240101000000Z"), dict(start="20480101000000Z")
    old_middle, new_middle = make.authority(root, **past), make.authority(root, **future)
    return {
        "expired a day ago": (make.issue(root, fine, end=moment(days=-1)), EXPIRED),
        "expired a minute ago": (make.issue(root, fine, end=moment(minutes=-1)), EXPIRED),
        "expired 18 years ago": (make.issue(root, fine, start="20000101000000Z", end="20080101000000Z"), EXPIRED),
        "valid in an hour": (make.issue(root, fine, start=moment(hours=1)), EARLY),
        "not yet valid": (make.issue(root, fine, **future), EARLY),
        "expired intermediate": (make.chain(make.issue(old_middle, fine), old_middle), EXPIRED),
        "intermediate not yet valid": (make.chain(make.issue(new_middle, fine), new_middle), EARLY),
    }


def old_root_row(make, host):
    """(root that has expired but is trusted, its leaf)."""
    old = make.authority(subject="/CN=old root", end="20240101000000Z")
    return old, make.issue(old, names(host) + SERVER)


def trust_rows(make, root, host):
    fine = names(host) + SERVER
    middle = make.authority(root)
    other_key = make.authority(root, kind="EC:P-384")  # the same name, another key
    stranger = make.authority(subject="/CN=stranger")
    namesake = make.authority(subject="/CN=test upstream root")
    usual = make.issue(root, fine, label="acting")
    return {
        "self-signed": (make.issue(None, fine), "certificate-self-signed"),
        "unknown root": (make.issue(stranger, fine), UNTRUSTED),
        "unknown root, sent": (make.chain(make.issue(stranger, fine), stranger), "certificate-(untrusted|self-signed)"),
        "another root of the same name": (make.issue(namesake, fine), "certificate-(untrusted|invalid)"),
        "another root of the same name, sent": (make.chain(make.issue(namesake, fine), namesake),
                                                "certificate-(untrusted|self-signed|invalid)"),
        "intermediate not sent": (make.issue(middle, fine), UNTRUSTED),
        "broken signature": (make.with_broken_signature(make.issue(root, fine)), INVALID),
        "broken signature above": (make.chain(make.issue(middle, fine), make.with_broken_signature(middle)), INVALID),
        "intermediate with another key": (make.chain(make.issue(middle, fine), other_key),
                                          "certificate-(untrusted|invalid)"),
        "leaf that signs": (make.chain(make.issue(usual, fine), usual), CONSTRAINT),
    }


def constraint_rows(make, root, host):
    issuers = {
        "not an authority": "basicConstraints=critical,CA:FALSE\n",
        "no basic constraints": "keyUsage=keyCertSign\n",
        "version 1": None,
        "may not sign": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n",
        "authority for clients": CA + "extendedKeyUsage=clientAuth\n",
        "authority with an unknown critical extension": CA + UNKNOWN_CRITICAL,
        "authority for others": CA + "nameConstraints=critical,permitted;DNS:elsewhere.test\n",
        "authority not for us": CA + "nameConstraints=critical,excluded;DNS:example.test\n",
        "constraints not critical": CA + "nameConstraints=permitted;DNS:elsewhere.test\n",
    }
    rows = {}
    for name, extensions in issuers.items():
        middle = make.authority(root, extensions, subject="/CN=" + name, version_1=extensions is None)
        code = "certificate-purpose" if name == "authority for clients" else CONSTRAINT
        rows[name] = (make.chain(make.issue(middle, names(host) + SERVER), middle), code)
    outer = make.authority(root, CA.replace("TRUE", "TRUE,pathlen:0"), subject="/CN=outer")
    inner = make.authority(outer, subject="/CN=inner")
    rows["path too long"] = (make.chain(make.issue(inner, names(host) + SERVER), inner, outer), CONSTRAINT)
    others = make.authority(root, issuers["authority for others"], subject="/CN=others")
    rows["name outside, in the CN alone"] = (make.chain(make.issue(others, SERVER, subject="/CN=" + host), others),
                                             f"{CONSTRAINT}|{WRONG_HOST}")
    rows["one name outside, ours inside"] = (make.chain(make.issue(others, names("elsewhere.test", host) + SERVER), others),
                                             CONSTRAINT)
    return rows


def address_constraint_row(make, root):
    """For 127.0.0.1, by an authority for 10.0.0.0/8."""
    ten = make.authority(root, CA + "nameConstraints=critical,permitted;IP:10.0.0.0/255.0.0.0\n", subject="/CN=ten")
    return make.chain(make.issue(ten, names("IP:127.0.0.1") + SERVER), ten), CONSTRAINT


def name_rows(make, root, host):
    first, parent = host.split(".", 1)
    sans = {
        "another host": names("elsewhere.example.test"),
        "none": "",
        "star alone": names("*"), "star over the top": names("*.test"), "star inside": names(f"{first}.*.test"),
        "two stars": names("*.*.test"), "partial star": names(f"{first[0]}*.{parent}"), "star behind": names(f"*{first[1:]}.{parent}"),
        "too deep": names(f"a.{host}"), "star too deep": names(f"*.{host}"), "parent": names(parent),
        "leading dot": names(f".{parent}"), "ending the same": names(f"x{host}"), "our name and more": names(f"{host}.evil.test"),
        "e-mail": names(f"email:x@{host}"), "URI": names(f"URI:https://{host}/"),
        "NUL inside": raw_san(f"{host}\0.evil.test"), "NUL at the end": raw_san(f"{host}\0"),
        "space at the end": raw_san(f"{host} "), "an address": names("IP:127.0.0.1"),
    }
    rows = {name: (make.issue(root, extensions + SERVER), WRONG_HOST) for name, extensions in sans.items()}
    for name, extensions in (("CN alone", ""), ("right CN, other name", names("elsewhere.example.test"))):
        rows[name] = (make.issue(root, extensions + SERVER, subject="/CN=" + host), WRONG_HOST)
    return rows


def address_rows(make, root, host):
    """For 127.0.0.1; the first is sound."""
    rows = {"right": (names("IP:127.0.0.1"), "/CN=leaf", ""),
            "other address": (names("IP:127.0.0.2"), "/CN=leaf", WRONG_HOST),
            "as a DNS name": (names("DNS:127.0.0.1"), "/CN=leaf", WRONG_HOST),
            "as the CN": ("", "/CN=127.0.0.1", WRONG_HOST),
            "as a wildcard": (names("*.0.0.1"), "/CN=leaf", WRONG_HOST),
            "as IPv6": (names("IP:::ffff:127.0.0.1"), "/CN=leaf", WRONG_HOST),
            "a name": (names(host), "/CN=leaf", WRONG_HOST)}
    return {name: (make.issue(root, extensions + SERVER, subject=subject), code)
            for name, (extensions, subject, code) in rows.items()}


def extension_rows(make, root, host):
    fine = names(host) + SERVER
    purpose = "certificate-purpose"
    return {
        "for clients": (make.issue(root, names(host) + "extendedKeyUsage=clientAuth\n"), purpose),
        "for code": (make.issue(root, names(host) + "extendedKeyUsage=codeSigning\n"), purpose),
        "signs lists only": (make.issue(root, fine + "keyUsage=critical,cRLSign\n"), purpose),
        "unknown critical extension": (make.issue(root, fine + UNKNOWN_CRITICAL), CONSTRAINT),
    }


def algorithm_rows(make, root, host):
    fine = names(host) + SERVER
    middle_1024 = make.authority(root, kind="RSA:1024", subject="/CN=short")
    middle_rsa = make.authority(root, kind="RSA:2048", subject="/CN=rsa")  # there is no ECDSA with MD5
    middle_sha1 = make.authority(root, md="sha1", subject="/CN=sha1")
    middle_md5 = make.authority(middle_rsa, md="md5", subject="/CN=md5")
    weak = "certificate-weak"
    return {
        "SHA-1": (make.issue(root, fine, md="sha1"), weak),
        "MD5": (make.chain(make.issue(middle_rsa, fine, md="md5"), middle_rsa), weak),
        "SHA-1 above": (make.chain(make.issue(middle_sha1, fine), middle_sha1), weak),
        "MD5 above": (make.chain(make.issue(middle_md5, fine), middle_md5, middle_rsa), weak),
        "RSA 1024": (make.issue(root, fine, kind="RSA:1024"), weak),
        "RSA 512": (make.issue(root, fine, kind="RSA:512"), weak),
        "RSA 1024 above": (make.chain(make.issue(middle_1024, fine), middle_1024), weak),
    }
