using System.Buffers;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>What an account granted to an app: the access token of now and the refresh token that gets the next. Never prints its tokens.</summary>
public sealed record OAuthGrant
{
    /// <summary>The access token; about thirty minutes long (<see cref="ExpiresAt"/>).</summary>
    public required string AccessToken { get; init; }

    /// <summary>Gets the next access token. Does not expire by time; ends when the app is uninstalled or the grant revoked. HubSpot may send another with each refresh.</summary>
    public required string RefreshToken { get; init; }

    /// <summary>When the access token was issued, by the local clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the access token ends, by the local clock and HubSpot's <c>expires_in</c>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The account; 0 when HubSpot did not say.</summary>
    public long HubId { get; init; }

    /// <summary>What the account granted; empty when HubSpot did not say.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"OAuth grant of hub {HubId}, access token {SecretMask.Token(AccessToken)}";

    /// <summary>As JSON, tokens in clear: for a store that encrypts it.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("access_token", AccessToken);
            json.WriteString("refresh_token", RefreshToken);
            json.WriteNumber("issued_at", IssuedAt.ToUnixTimeMilliseconds());
            json.WriteNumber("expires_at", ExpiresAt.ToUnixTimeMilliseconds());
            json.WriteNumber("hub_id", HubId);
            json.WriteStartArray("scopes");
            foreach (var scope in Scopes) json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static OAuthGrant FromJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return new OAuthGrant
            {
                AccessToken = root.GetProperty("access_token").GetString()!,
                RefreshToken = root.GetProperty("refresh_token").GetString()!,
                IssuedAt = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("issued_at").GetInt64()),
                ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("expires_at").GetInt64()),
                HubId = root.GetProperty("hub_id").GetInt64(),
                Scopes = [.. root.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString() ?? "")],
            };
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The stored grant is damaged: it is not what was written. Authorize again.");   // the inner exception might show part of it
        }
    }
}
