using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Gating;

/// <summary>
/// What the text of a licence tells. It decides nothing: words such as "agreement" are in the free licences too, and most gated repositories have no licence file.
/// </summary>
public static class LicenceText
{
    // Phrases of terms that one has to accept before a download, none of which is in a licence that the Open Source Initiative has approved.
    private static readonly string[] s_phrases =
    [
        "community license agreement", "acceptable use policy", "prohibited use policy", "by clicking", "you must accept", "you agree to share your contact",
        "non-commercial license agreement", "research license agreement",
    ];

    private static readonly string[] s_names = ["license", "licence", "use_policy", "terms", "notice"];

    /// <summary>Whether a file at the top of a repository is one that has terms.</summary>
    public static bool IsOne(RepoPath path)
    {
        if (path.Depth > 0)
        {
            return false;
        }

        var name = path.Text.AsSpan();
        var dot = name.IndexOf('.');
        var stem = dot < 0 ? name : name[..dot];
        foreach (var known in s_names)
        {
            if (stem.StartsWith(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text reads like terms that one has to consent to.</summary>
    public static bool AsksForConsent(string text) => Array.Exists(s_phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
