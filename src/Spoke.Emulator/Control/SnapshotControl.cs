using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>
/// Saves the accounts under a name and brings them back, each in one step that other calls see whole.
/// Clock, tokens, faults and journal are not part of it.
/// </summary>
internal sealed class SnapshotControl(PortalHost portal, string? dataDirectory)
{
    private readonly SnapshotShelf _shelf = new(dataDirectory is null ? null : Path.Combine(dataDirectory, "snapshots"));

    /// <summary><c>GET snapshots</c>, <c>PUT snapshots/NAME</c>, <c>POST snapshots/NAME/load</c>, <c>DELETE snapshots/NAME</c>. Null: no such call.</summary>
    public async Task<EmulatorReply?> HandleAsync(string method, string rest)
    {
        var parts = rest.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (method, parts)
        {
            case ("GET", []):
                return List();
            case ("PUT", [var name]):
                var saved = _shelf.Save(Uri.UnescapeDataString(name), portal.Save(), portal.Clock.Now);
                return OwnEndpoints.Json(json => Write(json, saved));
            case ("POST", [var name, "load"]):
                await portal.LoadAsync(_shelf.Load(Uri.UnescapeDataString(name))).ConfigureAwait(false);
                return EmulatorReply.NoContent;
            case ("DELETE", [var name]):
                _shelf.Delete(Uri.UnescapeDataString(name));
                return EmulatorReply.NoContent;
            default:
                return null;
        }
    }

    private EmulatorReply List() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("snapshots");
        foreach (var label in _shelf.List())
        {
            json.WriteStartObject();
            Write(json, label);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, SnapshotLabel label)
    {
        json.WriteString("name", label.Name);
        json.WriteNumber("bytes", label.Bytes);
        json.WriteString("savedAt", label.SavedAt);
    }
}
