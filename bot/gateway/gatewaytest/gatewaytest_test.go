package gatewaytest

import (
	"net/http"
	"strings"
	"testing"
)

func TestNothingLeavesTheMachine(t *testing.T) {
	for _, address := range []string{"http://192.0.2.1/", "http://carrier.example/"} {
		resp, err := client(t).Post(address, "text/plain", http.NoBody)
		if err == nil {
			resp.Body.Close()
			t.Fatalf("%s was reached", address)
		}
		if !strings.Contains(err.Error(), "is not this machine") {
			t.Errorf("%s was refused by something else: %v", address, err)
		}
	}
}
