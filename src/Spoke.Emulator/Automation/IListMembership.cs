using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

/// <summary>Who is on a list. The area of lists says so; without one nobody is on any.</summary>
internal interface IListMembership
{
    bool Contains(string listId, ObjectTypeDefinition type, long recordId);
}
