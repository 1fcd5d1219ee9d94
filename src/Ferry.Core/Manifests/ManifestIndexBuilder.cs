using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>Puts directories in the order of an index: breadth first, siblings by name.</summary>
internal sealed class ManifestIndexBuilder
{
    /// <summary>A directory on its way into the index; the parent's position is filled in at the end.</summary>
    public sealed class Node(byte[] name, Func<int, ManifestDirectory> create)
    {
        public byte[] Name => name;

        public List<Node> Children { get; } = [];

        public ManifestDirectory Create(int parent) => create(parent);
    }

    /// <summary>The index of the tree below <paramref name="root"/>.</summary>
    public static ManifestIndex Build(Node root)
    {
        var ordered = new List<ManifestDirectory>();
        var waiting = new Queue<(Node Node, int Parent)>();
        waiting.Enqueue((root, -1));
        while (waiting.TryDequeue(out var next))
        {
            var position = ordered.Count;
            ordered.Add(next.Node.Create(next.Parent));
            next.Node.Children.Sort(static (a, b) => NameOrder.Compare(a.Name, b.Name));
            foreach (var child in next.Node.Children)
            {
                waiting.Enqueue((child, position));
            }
        }

        return new ManifestIndex([.. ordered]);
    }
}
