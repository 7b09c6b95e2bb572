namespace Spoke.StandIns.WooCommerce;

/// <summary>
/// Entities in the order of their ids. Those made from the seed are made anew each time they are looked at and only kept once somebody changes them,
/// so that a hundred thousand orders take little memory.
/// </summary>
internal sealed class WooTable<T>(Func<int, T> seed) where T : WooEntity
{
    private readonly List<Row> _rows = [];
    private readonly Dictionary<long, int> _places = [];

    /// <summary>What lists filter by, without the entity itself.</summary>
    public sealed class Row
    {
        public required long Id { get; init; }
        public required int Seed { get; init; }
        public string Status { get; set; } = "";
        public DateTime Created { get; set; }
        public DateTime Modified { get; set; }
        public T? Kept { get; set; }
        public bool Gone { get; set; }
    }

    public IEnumerable<Row> Rows => _rows.Where(row => !row.Gone);

    public void Plant(int count)
    {
        for (var i = 0; i < count; i++) Append(seed(i), i, keep: false);
    }

    public void Add(T entity) => Append(entity, -1, keep: true);

    public Row? Find(long id) => _places.TryGetValue(id, out var place) && !_rows[place].Gone ? _rows[place] : null;

    public T Look(Row row) => row.Kept ?? seed(row.Seed);

    /// <summary>The entity, kept from now on.</summary>
    public T? Keep(long id) => Find(id) is { } row ? row.Kept ??= seed(row.Seed) : null;

    /// <summary>After a change of a kept entity.</summary>
    public void Touched(T entity)
    {
        var row = Find(entity.Id)!;
        (row.Status, row.Created, row.Modified) = (entity.Status, entity.Created, entity.Modified);
    }

    public void Remove(long id)
    {
        if (Find(id) is { } row) row.Gone = true;
    }

    private void Append(T entity, int index, bool keep)
    {
        _places[entity.Id] = _rows.Count;
        _rows.Add(new Row { Id = entity.Id, Seed = index, Status = entity.Status, Created = entity.Created, Modified = entity.Modified, Kept = keep ? entity : null });
    }
}
