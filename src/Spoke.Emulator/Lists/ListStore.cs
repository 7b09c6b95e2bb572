using System.Globalization;

namespace Spoke.Emulator.Lists;

/// <summary>Every list of the portal, deleted ones too as long as they can come back, and the folders they lie in.</summary>
internal sealed class ListStore
{
    private readonly SortedDictionary<long, StoredList> lists = [];

    public IReadOnlyCollection<StoredList> All => lists.Values;
    public ListFolders Folders { get; } = new();
    public long LastId { get; set; }
    public long LastLegacyId { get; set; }

    public void Add(StoredList list) => lists[list.Id] = list;

    public void Remove(StoredList list) => lists.Remove(list.Id);

    public StoredList? Find(long id) => lists.GetValueOrDefault(id);

    public StoredList? FindEvenDeleted(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Find(number) : null;

    /// <summary>A list that is not deleted.</summary>
    public StoredList Require(string id) => FindEvenDeleted(id) is { Deleted: false } list ? list : throw ListErrors.ListNotFound(id);

    public StoredList? FindByName(string name) => lists.Values.FirstOrDefault(list => !list.Deleted && list.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<StoredList> DependentsOf(long id) => lists.Values.Where(list => list.IsDynamic && list.Filter?.Lists.Contains(id) == true);

    /// <summary>Whether a list asks, over however many others, about membership of the other one.</summary>
    public bool DependsOn(long id, long other) => id == other || Find(id)?.Filter?.Lists.Any(next => DependsOn(next, other)) == true;
}
