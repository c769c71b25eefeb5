package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"
)

// certificate makes a self-signed one for 127.0.0.1 and localhost.
func (s *Servers) certificate(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "mail.support.test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:              []string{"localhost", "mail.support.test"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.Roots = x509.NewCertPool()
	s.Roots.AppendCertsFromPEM(certPEM)
	s.write(t, "cert.pem", string(certPEM))
	path := s.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

const dovecotConf = `base_dir = {{.Dir}}/dovecot-run
state_dir = {{.Dir}}/dovecot-state
instance_name = {{.Instance}}
log_path = {{.Dir}}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
{{if .NoIdle}}imap_capability = IMAP4rev1 SASL-IR ID ENABLE LITERAL+
{{end}}first_valid_uid = 1
mail_location = maildir:~/Maildir
mailbox_idle_check_interval = 1 secs
postmaster_address = postmaster@support.test
recipient_delimiter = +
namespace inbox {
  inbox = yes
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {{.Dir}}/passwd
}
userdb {
  driver = static
  args = uid=mail gid=mail home={{.Dir}}/mail/%d/%n
}
service imap-login {
  inet_listener imap {
    port = {{.IMAPPort}}
  }
  inet_listener imaps {
    port = {{.IMAPSPort}}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = {{.LMTPPort}}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = {{.AuthPort}}
  }
}
`

const mainCf = `compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {{.Dir}}/postfix.log
maillog_file_prefixes = {{.Dir}}
myhostname = mail.support.test
mydomain = support.test
myorigin = support.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mailboxes
virtual_mailbox_domains = support.test customer.test{{if .LMTPDomain}} {{.LMTPDomain}}{{end}}
virtual_mailbox_maps = texthash:{{.Dir}}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{{.LMTPPort}}
transport_maps = texthash:{{.Dir}}/transport
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_tls_cert_file = {{.Dir}}/cert.pem
smtpd_tls_key_file = {{.Dir}}/key.pem
smtpd_tls_session_cache_database =
smtp_tls_session_cache_database =
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{{.AuthPort}}
smtpd_client_connection_rate_limit = 0
message_size_limit = 104857600
virtual_mailbox_limit = 0
mailbox_size_limit = 0
queue_run_delay = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 4s
recipient_delimiter = +
`

const masterCf = `127.0.0.1:{{.SMTPPort}} inet n - n - - smtpd
127.0.0.1:{{.SubmissionPort}} inet n - n - - smtpd
  -o smtpd_tls_security_level=may
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{{.SubmissionTLSPort}} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

func (s *Servers) fill(t testing.TB, text string) string {
	t.Helper()
	var out strings.Builder
	err := template.Must(template.New("").Parse(text)).Execute(&out, map[string]any{
		"Dir": s.dir, "Instance": filepath.Base(s.dir), "LMTPDomain": s.options.LMTPDomain, "NoIdle": s.options.NoIdle,
		"SMTPPort": s.SMTPPort, "SubmissionPort": s.SubmissionPort, "SubmissionTLSPort": s.SubmissionTLSPort,
		"IMAPPort": s.IMAPPort, "IMAPSPort": s.IMAPSPort, "LMTPPort": s.lmtpPort, "AuthPort": s.authPort,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (s *Servers) writeDovecot(t testing.TB) {
	t.Helper()
	var passwords strings.Builder
	for _, u := range users {
		passwords.WriteString(passwordLine(u))
	}
	s.write(t, "passwd", passwords.String())
	s.write(t, "dovecot.conf", s.fill(t, dovecotConf))
	s.owned(t, "mail", "mail", 0o755)
	for _, domain := range []string{"mail/support.test", "mail/customer.test"} {
		s.owned(t, domain, "mail", 0o755)
	}
}

func (s *Servers) writePostfix(t testing.TB) {
	t.Helper()
	var boxes, transports strings.Builder
	for _, u := range append([]string{BouncesLater}, users...) {
		boxes.WriteString(u + " ok\n")
	}
	if s.options.LMTPDomain != "" {
		boxes.WriteString("@" + s.options.LMTPDomain + " ok\n")
		transports.WriteString(s.options.LMTPDomain + " lmtp:inet:" + s.options.LMTPAddr + "\n")
	}
	s.write(t, "mailboxes", boxes.String())
	s.write(t, "transport", transports.String())
	s.write(t, "postfix/main.cf", s.fill(t, mainCf))
	s.write(t, "postfix/master.cf", s.fill(t, masterCf))
	s.owned(t, "postfix-data", "postfix", 0o700)
	if err := os.MkdirAll(filepath.Join(s.dir, "queue"), 0o755); err != nil {
		t.Fatal(err)
	}
}
