using System.Xml;

namespace Ferry.Stores.Azure;

/// <summary>How XML that comes from outside is read.</summary>
internal static class AzureXml
{
    /// <summary>No definitions, no other documents, an end. A page of 5,000 names of 1,024 characters fits in several times.</summary>
    public static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 64 << 20,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        // Names of objects may hold nearly anything.
        CheckCharacters = false,
    };
}
