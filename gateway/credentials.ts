/** The keys of one running gateway: made at its start, held in memory and in the kubeconfig, worthless after its end. */
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate with its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** All that proves who is who: the authority's certificate, the server's pair, the administrator's pair and token. */
export interface Credentials {
  readonly authority: string;
  readonly server: KeyPair;
  readonly administrator: KeyPair;
  readonly token: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const yearMs = 365 * 86_400_000;
/** Clocks differ a little, even on one machine after its sleep. */
const leewayMs = 3_600_000;
const serialBytes = 8;
const tokenBytes = 32;

type Keys = webcrypto.CryptoKeyPair;

/**
 * Makes a certificate authority of its own, a server certificate for loopback, and the administrator's certificate
 * (user kubernetes-admin, group system:masters) and token. The authority's key is forgotten at once.
 */
export async function makeCredentials(): Promise<Credentials> {
  const authorityKeys = await makeKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...life(),
    name: "CN=orrery-ca",
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const names = new SubjectAlternativeNameExtension([
    { type: "ip", value: "127.0.0.1" },
    { type: "ip", value: "::1" },
    { type: "dns", value: "localhost" },
    { type: "dns", value: "kubernetes" },
    { type: "dns", value: "kubernetes.default.svc" },
  ]);
  const server = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]), names];
  const client = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])];
  return {
    authority: authority.toString("pem"),
    server: await issue(authority, authorityKeys, "CN=kube-apiserver", server),
    administrator: await issue(authority, authorityKeys, "O=system:masters, CN=kubernetes-admin", client),
    token: randomBytes(tokenBytes).toString("hex"),
  };
}

async function makeKeys(): Promise<Keys> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as Keys;
}

function life() {
  const now = Date.now();
  // The first byte keeps the number positive, whatever follows.
  const serialNumber = `01${randomBytes(serialBytes).toString("hex")}`;
  return { serialNumber, notBefore: new Date(now - leewayMs), notAfter: new Date(now + yearMs) };
}

async function issue(
  authority: X509Certificate,
  authorityKeys: Keys,
  subject: string,
  extensions: Extension[],
): Promise<KeyPair> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.create({
    ...life(),
    subject,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ...extensions,
    ],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { certificate: certificate.toString("pem"), key: pem("PRIVATE KEY", der) };
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
