"""Certificates with one defect each, made by the openssl command: what an upstream must not get away with."""
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


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def names(*hosts):
    return "subjectAltName=" + ",".join(h if ":" in h else f"DNS:{h}" for h in hosts) + "\n"


class Maker:
    """`issue` signs one certificate; keys of a kind are made once and shared, for no test looks at them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "index").touch()
        self.config = self.folder / "ca.cnf"
        self.config.write_text(CA_CONFIG.format(folder=self.folder))
        self.made = 0

    def key(self, kind="EC:P-256", label="leaf"):
        path = self.folder / f"{label}-{kind.replace(':', '-')}.key"
        if not path.exists():
            algorithm, size = kind.split(":")
            option = "ec_paramgen_curve" if algorithm == "EC" else "rsa_keygen_bits"
            openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", f"{option}:{size}", "-out", path)
        return path

    def issue(self, issuer, extensions, kind="EC:P-256", subject="/CN=leaf", md="sha256", start="20200101000000Z",
              end="20491231235959Z", label="leaf"):
        """(certificate, key), signed by `issuer`, another such pair, or by itself for None."""
        self.made += 1
        stem = self.folder / f"{self.made}"
        key = self.key(kind, label)
        openssl("req", "-new", "-key", key, "-subj", subject, "-out", f"{stem}.csr")
        pathlib.Path(f"{stem}.ext").write_text(extensions or "subjectKeyIdentifier=hash\n")
        signed_by = ["-selfsign", "-keyfile", key] if issuer is None else ["-cert", issuer[0], "-keyfile", issuer[1]]
        openssl("ca", "-batch", "-config", self.config, *signed_by, "-in", f"{stem}.csr", "-md", md, "-startdate",
                start, "-enddate", end, "-extfile", f"{stem}.ext", "-notext", "-out", f"{stem}.pem")
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
    constrained = make.authority(root, CA + "nameConstraints=critical,permitted;DNS:example.test\n",
                                 subject="/CN=constrained")
    return {
        "direct": make.issue(root, fine),
        "by an intermediate": make.chain(make.issue(middle, fine), middle),
        "the root sent too": make.chain(make.issue(middle, fine), middle, root),
        "wrong order": make.chain(make.issue(middle, fine), root, middle),
        "P-384": make.issue(root, fine, kind="EC:P-384"),
        "RSA 2048": make.issue(root, fine, kind="RSA:2048"),
        "wildcard": make.issue(root, names("*." + host.split(".", 1)[1]) + SERVER),
        "upper case": make.issue(root, names(host.upper()) + SERVER),
        "200 names": make.issue(root, names(*[f"h{n}.example.test" for n in range(199)], host) + SERVER),
        "no extended usage": make.issue(root, names(host)),
        "under name constraints": make.chain(make.issue(constrained, fine), constrained),
    }


def date_and_trust_rows(make, root, host):
    fine = names(host) + SERVER
    past, future = dict(end="20240101000000Z"), dict(start="20480101000000Z")
    middle = make.authority(root)
    old_middle, new_middle = make.authority(root, **past), make.authority(root, **future)
    stranger = make.authority(subject="/CN=stranger")
    namesake = make.authority(subject="/CN=test upstream root")
    usual = make.issue(root, fine, label="acting")
    return {
        "expired": (make.issue(root, fine, **past), "expired"),
        "not yet valid": (make.issue(root, fine, **future), "not-yet-valid"),
        "expired intermediate": (make.chain(make.issue(old_middle, fine), old_middle), "expired"),
        "intermediate not yet valid": (make.chain(make.issue(new_middle, fine), new_middle), "not-yet-valid"),
        "self-signed": (make.issue(None, fine), "self-signed"),
        "unknown root": (make.issue(stranger, fine), "untrusted"),
        "unknown root, sent": (make.chain(make.issue(stranger, fine), stranger), "untrusted|self-signed"),
        "another root of the same name": (make.issue(namesake, fine), "untrusted|invalid"),
        "intermediate not sent": (make.issue(middle, fine), "untrusted"),
        "broken signature": (make.with_broken_signature(make.issue(root, fine)), "invalid|untrusted"),
        "broken signature above": (make.chain(make.issue(middle, fine), make.with_broken_signature(middle)),
                                   "invalid|untrusted"),
        "leaf that signs": (make.chain(make.issue(usual, fine), usual), "invalid|untrusted|constraint|purpose"),
    }


def constraint_rows(make, root, host):
    bad = "invalid|untrusted|constraint|purpose"
    issuers = {
        "not an authority": "basicConstraints=critical,CA:FALSE\n",
        "no basic constraints": "keyUsage=keyCertSign\n",
        "may not sign": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n",
        "authority for clients": CA + "extendedKeyUsage=clientAuth\n",
        "authority with an unknown critical extension": CA + UNKNOWN_CRITICAL,
        "authority for others": CA + "nameConstraints=critical,permitted;DNS:elsewhere.test\n",
        "authority not for us": CA + "nameConstraints=critical,excluded;DNS:example.test\n",
    }
    rows = {}
    for name, extensions in issuers.items():
        middle = make.authority(root, extensions, subject="/CN=" + name)
        rows[name] = (make.chain(make.issue(middle, names(host) + SERVER), middle), bad)
    outer = make.authority(root, CA.replace("TRUE", "TRUE,pathlen:0"), subject="/CN=outer")
    inner = make.authority(outer, subject="/CN=inner")
    rows["path too long"] = (make.chain(make.issue(inner, names(host) + SERVER), inner, outer), bad)
    return rows


def name_rows(make, root, host):
    first, parent = host.split(".", 1)
    nul = f"{host}\0.evil.test".encode()
    with_nul = b"\x30" + bytes([len(nul) + 2]) + b"\x82" + bytes([len(nul)]) + nul
    sans = {
        "another host": names("elsewhere.example.test"),
        "none": "",
        "star alone": names("*"), "star over the top": names("*.test"), "star inside": names(f"{first}.*.test"),
        "two stars": names("*.*.test"), "partial star": names(f"{first[0]}*.{parent}"), "too deep": names(f"a.{host}"),
        "star too deep": names(f"*.{host}"), "parent": names(parent), "leading dot": names(f".{parent}"),
        "e-mail": names(f"email:x@{host}"), "URI": names(f"URI:https://{host}/"),
        "NUL inside": "subjectAltName=DER:" + with_nul.hex(":") + "\n",
        "an address": names("IP:127.0.0.1"),
    }
    rows = {name: (make.issue(root, extensions + SERVER), "wrong-host") for name, extensions in sans.items()}
    for name, extensions in (("CN alone", ""), ("right CN, other name", names("elsewhere.example.test"))):
        rows[name] = (make.issue(root, extensions + SERVER, subject="/CN=" + host), "wrong-host")
    return rows


def extension_and_algorithm_rows(make, root, host):
    fine = names(host) + SERVER
    middle_1024 = make.authority(root, kind="RSA:1024", subject="/CN=short")
    middle_rsa = make.authority(root, kind="RSA:2048", subject="/CN=rsa")  # there is no ECDSA with MD5
    middle_sha1 = make.authority(root, md="sha1", subject="/CN=sha1")
    weak = "weak|invalid|untrusted|tls-failed"
    purpose = "purpose|invalid|constraint"
    return {
        "for clients": (make.issue(root, names(host) + "extendedKeyUsage=clientAuth\n"), purpose),
        "for code": (make.issue(root, names(host) + "extendedKeyUsage=codeSigning\n"), purpose),
        "signs lists only": (make.issue(root, fine + "keyUsage=critical,cRLSign\n"), purpose),
        "unknown critical extension": (make.issue(root, fine + UNKNOWN_CRITICAL), purpose),
        "SHA-1": (make.issue(root, fine, md="sha1"), weak),
        "MD5": (make.chain(make.issue(middle_rsa, fine, md="md5"), middle_rsa), weak),
        "SHA-1 above": (make.chain(make.issue(middle_sha1, fine), middle_sha1), weak),
        "RSA 1024": (make.issue(root, fine, kind="RSA:1024"), weak),
        "RSA 512": (make.issue(root, fine, kind="RSA:512"), weak),
        "RSA 1024 above": (make.chain(make.issue(middle_1024, fine), middle_1024), weak),
        "P-192": (make.issue(root, fine, kind="EC:P-192"), weak),
    }
