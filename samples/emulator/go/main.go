// The emulator from Go, with net/http. Only the base URL differs from a program for the real HubSpot.
// Run: spoke emulator --port 4010   then   go run main.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type answer struct {
	ID         string            `json:"id"`
	Category   string            `json:"category"`
	Properties map[string]string `json:"properties"`
}

func setting(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

var (
	base  = setting("HUBSPOT_BASE_URL", "http://127.0.0.1:4010")
	token = setting("HUBSPOT_ACCESS_TOKEN", "pat-na1-00000000-0000-4000-8000-000000000001")
)

// call sends, and sends again when HubSpot is out of order.
func call(method, path string, body any) (int, answer) {
	var found answer
	for attempt := 1; ; attempt++ {
		text, err := json.Marshal(body)
		if err != nil {
			log.Fatal(err)
		}
		request, err := http.NewRequest(method, base+path, bytes.NewReader(text))
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		if (response.StatusCode == 429 || response.StatusCode >= 500) && attempt < 3 {
			response.Body.Close()
			continue
		}
		if response.StatusCode != http.StatusNoContent {
			if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
				log.Fatal(err)
			}
		}
		response.Body.Close()
		return response.StatusCode, found
	}
}

func properties(pairs map[string]string) map[string]any { return map[string]any{"properties": pairs} }

func main() {
	status, made := call("POST", "/crm/v3/objects/contacts", properties(map[string]string{"email": "go@sample.example", "firstname": "Go"}))
	if status != http.StatusCreated {
		log.Fatalf("the contact was not created: %d", status)
	}
	fmt.Println("created", made.ID)

	status, again := call("POST", "/crm/v3/objects/contacts", properties(map[string]string{"email": "go@sample.example"}))
	fmt.Println("refused", status, again.Category)

	// The emulator fails once on demand; the loop above gets over it.
	call("POST", "/_emulator/faults", map[string]string{"kind": "502", "method": "GET", "path": "/crm/v3/objects/contacts/"})
	_, read := call("GET", "/crm/v3/objects/contacts/"+made.ID+"?properties=email", nil)
	fmt.Printf("read %s in spite of a 502\n", read.Properties["email"])
}
