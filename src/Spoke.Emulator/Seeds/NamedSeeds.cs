namespace Spoke.Emulator.Seeds;

/// <summary>Seeds that have a name; any other name is that of a file.</summary>
internal static class NamedSeeds
{
    public const string Names = "empty, small-shop, 100k";

    /// <exception cref="SeedException">Neither a known name nor a file that can be read; or the file is no seed.</exception>
    public static Seed Find(string name, bool mayBeFile)
    {
        switch (name)
        {
            case "empty": return Seed.Empty;
            case "small-shop": return new ShopSeed(contacts: 40, products: 20).Grow();
            case "100k": return new ShopSeed(contacts: 37_000, products: 500).Grow();
        }
        if (!mayBeFile) throw new SeedException(0, $"There is no seed '{name}'. Seeds: {Names}; or send a seed's own JSON as the body.");
        try
        {
            return SeedFile.Read(File.ReadAllBytes(name));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new SeedException(0, $"There is no seed '{name}', and no file of this name can be read. Seeds: {Names}; or the path of a seed file.");
        }
    }
}
