<?php
// The emulator from PHP, with its curl extension. Only the base URL differs from a program for the real HubSpot.
// Run: spoke emulator --port 4010   then   php main.php
declare(strict_types=1);

$base = getenv('HUBSPOT_BASE_URL') ?: 'http://127.0.0.1:4010';
$token = getenv('HUBSPOT_ACCESS_TOKEN') ?: 'pat-na1-00000000-0000-4000-8000-000000000001';

/** Sends a call, and again when HubSpot is out of order. Answers status and body. */
function call(string $method, string $url, ?string $token, ?array $body = null, int $attempts = 3): array
{
    $headers = ['Content-Type: application/json'];
    if ($token !== null) {
        $headers[] = "Authorization: Bearer $token";
    }
    for ($attempt = 1; ; $attempt++) {
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPHEADER => $headers]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body));
        }
        $text = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        curl_close($curl);
        if (($status === 429 || $status >= 500) && $attempt < $attempts) {
            continue;
        }
        return [$status, json_decode((string) $text, true)];
    }
}

[$status, $made] = call('POST', "$base/crm/v3/objects/contacts", $token, ['properties' => ['email' => 'php@sample.example', 'firstname' => 'PHP']]);
if ($status !== 201) {
    exit("the contact was not created: $status\n");
}
echo "created {$made['id']}\n";

[$status, $again] = call('POST', "$base/crm/v3/objects/contacts", $token, ['properties' => ['email' => 'php@sample.example']]);
echo "refused $status {$again['category']}\n";

// The emulator fails once on demand; the loop above gets over it.
call('POST', "$base/_emulator/faults", null, ['kind' => '502', 'method' => 'GET', 'path' => '/crm/v3/objects/contacts/']);
[$status, $read] = call('GET', "$base/crm/v3/objects/contacts/{$made['id']}?properties=email", $token);
echo "read {$read['properties']['email']} in spite of a 502\n";
