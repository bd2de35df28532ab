// Package dns stands for the one of lego, Traefik's client of certificate authorities, that knows all DNS services there are:
// the lab's certificates come from none, and not every module proxy has the hundred SDKs.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v5/challenge"
)

// NewDNSChallengeProviderByName knows no DNS service.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("the DNS service %s is left out", name)
}
