using System.Text;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What a seed turned out to be.</summary>
/// <param name="Wrong">What differs at the end, a line each; empty: all guarantees held.</param>
internal sealed record StoryEnd(int Seed, IReadOnlyList<string> Wrong, string History, int Calls, int Faults, int Lives)
{
    /// <summary>What went wrong on purpose and was met by the engine, each kind once.</summary>
    public IReadOnlyCollection<string> Happened { get; init; } = [];

    /// <summary>The command that tells it again, after <c>SPOKE_SIMULATE_SEED=N</c>.</summary>
    public string Again { get; init; } = "bench/simulate";

    public override string ToString()
    {
        var text = new StringBuilder($"Seed {Seed} breaks {Wrong.Count} promises. Again: SPOKE_SIMULATE_SEED={Seed} {Again}\n");
        foreach (var line in Wrong.Take(40)) text.Append("  ").Append(line).Append('\n');
        return text.Append("What happened:\n").Append(History).ToString();
    }
}

/// <summary>One seed from the first day of a shop to the check: a storm, then calm, then the account is held to the shop's truth.</summary>
internal static class Story
{
    public static async Task<StoryEnd> TellAsync(int seed, WorldOptions options)
    {
        await using var world = await World.StartAsync(seed, options);
        var teller = new Teller(world, new Dice(seed, "story"), new Dice(seed, "deaths"));
        var checker = new Checker(world);
        try
        {
            await teller.StormAsync();
            await teller.CalmAsync();
            await checker.NothingLostAsync();
            await teller.CatchUpAsync(checker);
        }
        catch (Exception failure)   // whatever it is: the story is told with it
        {
            teller.Broken.Add($"a fault of the engine's own: {failure}");
        }
        return new StoryEnd(seed, [.. teller.Broken, .. checker.Wrong], world.Weather + "\n" + world.History, world.Calls.Count, world.Calls.Count(call => call.Fault is not null), teller.Lives)
        {
            Happened = new HashSet<string>([.. world.Calls.Select(call => call.Fault).OfType<string>(), .. world.Calls.Where(call => call.Status >= 400).Select(call => $"HubSpot answers {call.Status}"), .. world.Weather.Happened, .. world.Deaths.Select(where => "death at " + where)]),
        };
    }

    private sealed class Teller(World world, Dice dice, Dice deaths)
    {
        private bool _tokenOwed;

        public List<string> Broken { get; } = [];
        public int Lives { get; private set; } = 1;

        public async Task StormAsync()
        {
            for (var i = dice.From(3, 14); i > 0; i--) world.HappenBefore();
            for (var steps = dice.From(15, 40); steps > 0; steps--) await StepAsync(dice.From(1, 100));
        }

        private async Task StepAsync(int roll)
        {
            switch (roll)
            {
                case <= 32: await PassTimeAsync("the shop is busy", dice.Ms(0, 20_000), dice.From(1, 4)); break;
                case <= 42: await PassTimeAsync("a while", dice.Ms(0, 30_000), 0); break;
                case <= 46: await PassTimeAsync("a long while", dice.Ms(60_000, 900_000), 0); break;
                case <= 66: await Told("round", poll => world.RoundAsync(poll), dice.Chance(0.4)); break;
                case <= 80: await Told("pass", _ => world.PassAsync(), true); break;
                case <= 88: Arm(); break;
                case <= 90: Lives++; Say("killed"); await world.CrashAsync(); break;
                case <= 93: await ToggleTokenAsync(); break;
                case <= 95: Say("scopes taken away"); await world.Access.WithholdAsync(dice.Chance(0.5) ? "crm.objects.orders.write" : "crm.objects.contacts.read"); break;
                case <= 97: Say("scopes given back"); await world.Access.WithholdAsync(); break;
                case <= 98: await MoveAsync(); break;
                default: world.Weather.StoreDown = !world.Weather.StoreDown; Say($"store down: {world.Weather.StoreDown}"); break;
            }
        }

        private void Arm()
        {
            var boundaries = dice.From(1, 30);
            // Writes to the store are few: of the boundaries near by hardly one is at them.
            if (deaths.Chance(0.4))
            {
                var where = deaths.Chance(0.5) ? ShopWriter.BeforeWrite : ShopWriter.AfterWrite;
                Say($"to be killed at {where}");
                world.Life.EndAt(where);
                return;
            }
            Say($"to be killed at boundary {boundaries} from here");
            world.Life.EndAfter(boundaries);
        }

        private async Task ToggleTokenAsync()
        {
            if (_tokenOwed)
            {
                world.Access.Tell();
                _tokenOwed = false;
                Say("token told");
                return;
            }
            _tokenOwed = dice.Chance(0.5);
            await world.Access.RotateAsync(told: !_tokenOwed);
            Say(_tokenOwed ? "token rotated, not told" : "token rotated and told");
        }

        private async Task MoveAsync()
        {
            if (_tokenOwed) return;
            var seconds = dice.From(0, 90);
            if (!await world.Access.MoveAsync(seconds)) return;
            Say($"the account moves in {seconds} s");
            _tokenOwed = true;
        }

        private async Task PassTimeAsync(string what, TimeSpan time, int changes)
        {
            Say($"{what}: {time.TotalSeconds} s");
            for (var i = 0; i < changes; i++)
            {
                world.Happen();
                await world.WorkInPortalAsync();
            }
            world.Clock.Advance(time);
            await world.PumpAsync();
            await world.ReviveAsync();
        }

        private async Task<string> Told(string what, Func<bool, Task<string>> work, bool poll)
        {
            Say($"{what}{(poll ? " with poll" : "")}");
            var life = world.Life;
            var end = await work(poll);
            if (!ReferenceEquals(life, world.Life)) Lives++;
            Say($"-> {end}");
            return end;
        }

        /// <summary>Nothing goes wrong any more, and all that was taken is worked off without asking the store for news.</summary>
        public async Task CalmAsync()
        {
            Say("--- calm");
            await world.ReviveAsync();
            world.Life.Spare();
            world.Weather.Stormy = world.Weather.StoreDown = false;
            world.Access.Tell();
            await world.Access.WithholdAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(2));   // a move of the account is over, a day that was closed may be asked about again
            for (var i = 0; i < 8; i++)
            {
                world.Clock.Advance(TimeSpan.FromSeconds(40));
                await world.PumpAsync();
            }
            for (var i = 0; i < 12; i++)
            {
                await Told("round", poll => world.RoundAsync(poll), poll: false);
                if (world is { Problem: null, DueIn: null }) return;
                world.Clock.Advance(TimeSpan.FromMinutes(6));
            }
            Broken.Add($"live rounds do not come to rest: {world.Problem ?? $"due in {world.DueIn}"}");
        }

        public async Task CatchUpAsync(Checker checker)
        {
            world.Clock.Advance(TimeSpan.FromHours(2));   // carts that nobody has come back to are left behind by now
            if (world.Bin.Ever.Count > 0) world.Clock.Advance(TimeSpan.FromHours(25));   // what HubSpot did not tell is found once a day
            // Two at least: if the first was still the full read, what changed meanwhile is found by the next.
            for (var i = 0; i < 6 && (i < 2 || !world.InStep); i++)
            {
                var end = await Told("pass", _ => world.PassAsync(), true);
                world.Clock.Advance(TimeSpan.FromMinutes(6));
                if (i == 5 && !world.InStep) Broken.Add($"six calm passes do not bring it in step: {end}");
            }
            checker.NoLimitReached();
            await checker.EndsAlikeAsync();
            var (before, asked) = (world.Calls.Count(call => call.Writes), world.Shop.Asked.Count);
            await Told("one more pass", _ => world.PassAsync(), true);
            foreach (var call in world.Calls.Where(call => call.Writes).Skip(before)) Broken.Add($"guarantee 5: a further pass writes {call.Method} {call.Path}");
            foreach (var write in world.Shop.Asked.Skip(asked)) Broken.Add($"guarantee 5: a further pass asks the shop to write {write}");
        }

        private void Say(string line) => world.History.Say(line);
    }
}
