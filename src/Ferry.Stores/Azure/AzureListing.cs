using System.Globalization;
using System.Text;
using System.Xml;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>One page of a listing.</summary>
/// <param name="Blobs">Whole names, in the service's order.</param>
/// <param name="NextMarker">Where the next page begins; empty after the last.</param>
internal sealed record AzureListing(IReadOnlyList<ObjectInfo> Blobs, string NextMarker)
{
    /// <summary>Blobs on a page, at most.</summary>
    public const int PageBlobs = 5_000;

    private const int Depth = 16;
    private const int NameChars = 1_024;

    /// <summary>Reads a page.</summary>
    /// <exception cref="XmlException">It is no listing, or larger than one can be.</exception>
    public static async Task<AzureListing> ReadAsync(Stream body)
    {
        var blobs = new List<ObjectInfo>();
        var (marker, ended) = ("", false);
        var blob = new Blob();
        var text = new StringBuilder();
        using var reader = XmlReader.Create(body, AzureXml.Settings);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth > Depth || (reader.Depth == 0 && reader.LocalName != "EnumerationResults")) throw new XmlException("it is no listing");
                    text.Clear();
                    if (reader is { Depth: 2, LocalName: "Blob" }) blob = new Blob();
                    if (reader is { Depth: 3, LocalName: "Name" }) blob.IsEncoded = reader.GetAttribute("Encoded") == "true";
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    text.Append(reader.Value);
                    break;
                case XmlNodeType.EndElement:
                    if (reader is { Depth: 2, LocalName: "Blob" } && !blob.IsDirectory) blobs.Add(blob.ToInfo());
                    else if (reader is { Depth: 1, LocalName: "NextMarker" }) marker = text.ToString();
                    else if (reader is { Depth: 3, LocalName: "Name" }) blob.Name(text.ToString());
                    else if (reader.Depth == 4) blob.Property(reader.LocalName, text.ToString());
                    else if (reader.Depth == 0) ended = true;
                    text.Clear();
                    break;
            }
            if (blobs.Count > PageBlobs) throw new XmlException($"it has more than {PageBlobs} blobs on a page");
        }
        return ended ? new AzureListing(blobs, marker) : throw new XmlException("it is no listing");
    }

    private sealed class Blob
    {
        private string? _name;
        private string? _version;
        private long? _length;
        private DateTimeOffset? _modified;

        /// <summary>Whether its name is escaped, since XML cannot hold it.</summary>
        public bool IsEncoded { get; set; }

        /// <summary>Whether it stands for a directory, in accounts that have such.</summary>
        public bool IsDirectory { get; private set; }

        public void Name(string text) => _name = IsEncoded ? Uri.UnescapeDataString(text) : text;

        public void Property(string element, string text)
        {
            if (element == "Etag") _version = text.Trim('"');
            else if (element == "Content-Length" && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)) _length = length;
            else if (element == "Last-Modified" && DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) _modified = time;
            else if (element == "ResourceType") IsDirectory = text == "directory";
        }

        public ObjectInfo ToInfo() => this is { _name: { Length: > 0 and <= NameChars } name, _length: { } length, _version: { Length: > 0 } version }
            ? new ObjectInfo(name, length, version, _modified)
            : throw new XmlException("it has a blob without name, length or version");
    }
}
