// Package account knows how people prove who they are, besides their password, which the directory keeps.
//
// # Rules in plain words
//
// A person may add an authenticator app (TOTP, RFC 6238: six digits, 30 seconds, SHA-1, one step of leeway). From then on
// password or identity provider are not enough: a code is asked for. A code counts once, and so do all older ones. Ten
// recovery codes stand in for a lost app, each once.
//
// A person may register up to ten passkeys (WebAuthn, discoverable, user verification required). A passkey opens the
// account by itself: holding it and unlocking it are two factors.
//
// An identity provider (OpenID Connect, authorisation code with PKCE) tells a personnel code, or an e-mail address where
// that is configured and the provider has verified it. The first sign-in links the provider's subject to the person;
// another subject that claims the same code later is refused.
//
// Who cannot sign in gets a one-time link from an administrator. It is good for 24 hours and once; a later link replaces an
// earlier one. With its use codes, passkeys and links to identity providers are dropped.
//
// Wrong codes and links are slowed down per account and address (platform/tries).
//
// # Events
//
// In: none. Out: TotpEnrolled, TotpAccepted, RecoveryCodeSpent, TotpDisabled, PasskeyRegistered, PasskeyUsed, PasskeyRemoved,
// IdentityLinked, RecoveryOffered, RecoveryUsed.
package account
