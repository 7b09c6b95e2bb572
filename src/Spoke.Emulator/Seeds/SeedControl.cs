using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Seeds;

/// <summary>Plants the seed the emulator was started with, and others on request.</summary>
/// <param name="atStart">A name or a file; null: empty.</param>
internal sealed class SeedControl(PortalHost portal, string? atStart)
{
    /// <summary>Only into an account without records: one that was kept over a restart stays as it is.</summary>
    /// <exception cref="InvalidDataException">The seed cannot be planted; the message names the file and the line.</exception>
    public async Task PlantAtStartAsync()
    {
        // The account's own users are records from the start.
        if (atStart is null || portal.Main.CountRecords().Any(type => type.Key != "users" && type.Value > 0)) return;
        try
        {
            await new SeedPlanting(portal).PlantAsync(NamedSeeds.Find(atStart, mayBeFile: true)).ConfigureAwait(false);
        }
        catch (SeedException wrong)
        {
            throw new InvalidDataException(File.Exists(atStart) ? $"{atStart}, {wrong.Message}" : wrong.Message, wrong);
        }
    }

    public async Task ResetAsync()
    {
        await portal.ResetAsync().ConfigureAwait(false);
        await PlantAtStartAsync().ConfigureAwait(false);
    }

    /// <summary><c>{"seed":"small-shop"}</c>, or a seed itself.</summary>
    public async Task<EmulatorReply> PlantAsync(byte[] body)
    {
        var planting = new SeedPlanting(portal);
        await planting.PlantAsync(Name(body) is { } name ? NamedSeeds.Find(name, mayBeFile: false) : SeedFile.Read(body)).ConfigureAwait(false);
        return OwnEndpoints.Json(json =>
        {
            json.WriteStartObject("records");
            foreach (var (type, count) in planting.Records) json.WriteNumber(type, count);
            json.WriteEndObject();
            json.WriteNumber("associations", planting.Associations);
        });
    }

    private static string? Name(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("seed");
        }
        catch (JsonException)
        {
            return null;   // the reader of seeds says what is wrong, and allows comments
        }
    }
}
