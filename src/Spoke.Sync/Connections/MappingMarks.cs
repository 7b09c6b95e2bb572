using System.Data.Common;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Connections;

/// <summary>Remembers by which mapping the records were written. With another one all records of the objects it touches are planned anew.</summary>
internal static class MappingMarks
{
    private const string Name = "mapping-hash";
    private const string Totals = "order-totals";

    public static void Run(DbConnection db, DbTransaction transaction, Connection connection)
    {
        var meaning = connection.NativeTotals ? "native" : "";
        if ((Cursors.Get(db, connection.Name, Totals) ?? "") != meaning)
        {
            DirtyMarks.All(db, transaction, connection.Name, RecordObjects.Orders);
            ChangeSource.Claim(db, transaction, connection.Name, null);
            Cursors.Put(db, transaction, connection.Name, Totals, meaning);
        }
        var known = Cursors.Get(db, connection.Name, Name) ?? "";
        var now = string.Join(';', connection.Mapping.Objects.Select(@object => $"{@object}={connection.Mapping.Hash(@object)}"));
        if (now == known) return;
        var before = known.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        foreach (var @object in RecordObjects.InOrder.Where(@object => connection.Mapping.Hash(@object) != before.GetValueOrDefault(@object, "")))
            DirtyMarks.All(db, transaction, connection.Name, @object);
        ChangeSource.Claim(db, transaction, connection.Name, null);   // no change of the store is the reason
        Cursors.Put(db, transaction, connection.Name, Name, now);
    }
}
